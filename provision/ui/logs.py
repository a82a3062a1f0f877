"""Log events as lines for stdout."""

from __future__ import annotations

from datetime import UTC, datetime

from provision.ui.words import showable_lines


def line(at: int, message: str) -> str:
    """`2026-11-24T10:30:00.123Z  message`; what follows a line break in it stands below its beginning."""
    when = stamp(at)
    first, *rest = showable_lines(message) or [""]
    return "\n".join([f"{when}  {first}".rstrip(), *(f"{' ' * len(when)}  {one}".rstrip() for one in rest)])


def stamp(at: int) -> str:
    """Milliseconds since 1970, UTC, as ISO 8601."""
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
