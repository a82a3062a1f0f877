"""Chooses the listener a stream deserves."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from provision.ui.lines import Lines
from provision.ui.words import NO_CODES

if TYPE_CHECKING:
    from provision.engine.events import Emit


@contextmanager
def listener(stream: TextIO, *, quiet: bool, output: str, environ: Mapping[str, str] = os.environ) -> Iterator[Emit]:
    """A live display on a terminal, lines elsewhere, with `--quiet` and with `--output json`.

    Of `environ` only what terminals are described by is read, such as `TERM` and `NO_COLOR`.
    """
    dumb = environ.get("TERM", "") in NO_CODES
    if quiet or output == "json" or dumb or not stream.isatty():
        yield Lines(stream, quiet=quiet)
        return
    from provision.ui.live import Live  # here, because rich takes long to import and a pipe never needs it

    with Live(stream, environ=environ) as live:
        yield live
