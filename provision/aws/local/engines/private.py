"""Files of the engines that their owner alone can read."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(path: Path, content: bytes, *, owner: tuple[int, int] | None = None) -> None:
    """Write `content` whole or not at all, readable by `owner` (user and group id; default: by us) alone."""
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:  # noqa: PTH123 -- a file descriptor
        file.write(content)
    if owner:
        os.chown(draft, *owner)
    draft.replace(path)
