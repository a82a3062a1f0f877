"""Several commands may use one local AWS at once: the last of them to leave ends one that holds nothing."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Use:
    """One command's; `over` once it knows of nothing that should keep the local AWS running."""

    over: bool = False


@contextmanager
def used(folder: Path) -> Iterator[Use]:
    """The local AWS in `folder` stays for the length of the block; waits where one is being ended just now.

    The lock is one of the kernel's on the folder above, so that a command that was killed leaves neither it nor a file.
    """
    use, descriptor = Use(), _shared(folder.parent)
    try:
        yield use
    finally:
        if use.over and _alone(descriptor):
            from provision.aws import local

            local.retire(folder)
        if descriptor is not None:
            os.close(descriptor)


def _shared(folder: Path) -> int | None:
    """None where there is no such lock to be had; a folder that is no use is told by who needs it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _alone(descriptor: int | None) -> bool:
    if descriptor is None:
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # a network file system may want another descriptor for that
        return True
    return True
