"""The code of functions that a test makes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

ECHO = "def handler(event, context): return event"


def zipped(source: str = ECHO, files: Mapping[str, str | bytes] | None = None) -> bytes:
    """A zip with `source` as `index.py`, and others; the same bytes for the same content."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in {"index.py": source, **(files or {})}.items():
            archive.writestr(zipfile.ZipInfo(name), text)  # of an entry's own time, not of now
    return content.getvalue()
