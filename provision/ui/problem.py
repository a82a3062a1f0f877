"""A `ProvisionError` as people and scripts read it: what happened, why, what to do next."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, TextIO

from provision.ui.words import NO_CODES, clean, say, terminal_width, wrap

if TYPE_CHECKING:
    from provision.errors import ProvisionError

_RED, _PLAIN = "\x1b[1;31m", "\x1b[0m"


def render(error: ProvisionError, *, width: int | None = None, colour: bool = False) -> str:
    """Up to three paragraphs, wrapped to `width` columns or each on one line if None; no line break at the end."""
    parts = [wrap(error.what, width=width, first="Error: ", rest="       ")]
    if error.why:
        parts.append(wrap(error.why, width=width, first="Why:   ", rest="       "))
    if error.hint:
        parts.append(wrap(error.hint, width=width, first="Next:  ", rest="       "))
    text = "\n".join(parts)
    return f"{_RED}Error:{_PLAIN}{text.removeprefix('Error:')}" if colour else text


def show(error: ProvisionError, stream: TextIO, *, environ: Mapping[str, str] = os.environ) -> None:
    """Write it as `stream` can show it: in its width, coloured only on a terminal without `NO_COLOR`."""
    width = terminal_width(stream)
    plain = width is None or environ.get("NO_COLOR") or environ.get("TERM", "") in NO_CODES
    say(stream, render(error, width=width, colour=not plain))


def as_json(error: ProvisionError) -> dict[str, dict[str, str]]:
    """`{"error": {"code", "what", "why", "hint"}}`, the document of a command that failed."""
    words = {"what": error.what, "why": error.why, "hint": error.hint}
    return {"error": {"code": error.code} | {name: clean(text) for name, text in words.items()}}
