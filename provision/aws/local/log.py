"""One log for the control plane and its engines, bounded in size."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

LIMIT = 4 * 1024 * 1024
KEPT = 1024 * 1024


def open_log(path: Path) -> None:
    """Everything this process and its engines write goes to `path` from now on."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.fchmod(descriptor, 0o600)
    sys.stdout.flush()
    sys.stderr.flush()
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os.close(descriptor)
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    root = logging.getLogger("provision.local")
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    root.propagate = False


def trim(path: Path) -> None:
    """Keep the end of a log that has grown too long. In place: the engines hold it open for appending."""
    try:
        if path.stat().st_size <= LIMIT:
            return
        with path.open("rb+") as file:
            file.seek(-KEPT, os.SEEK_END)
            file.readline()
            kept = file.read()
            file.seek(0)
            file.write(kept)
            file.truncate()
    except OSError:
        return
