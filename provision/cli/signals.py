"""Ctrl-C and SIGTERM: the first ends the command in order, the second at once."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHOW_CURSOR = b"\x1b[?25h\n"
"""The live display hides it."""


def listen() -> None:
    """From here on the first of them raises `KeyboardInterrupt`."""
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` and a shell's `&` have it
            signal.signal(number, _interrupt)


def _interrupt(_: int, __: FrameType | None) -> NoReturn:
    for number in SIGNALS:
        signal.signal(number, _end_at_once)
    raise KeyboardInterrupt


def _end_at_once(_: int, __: FrameType | None) -> NoReturn:
    """The second time. Nothing is lost: intents were written before the calls went out."""
    if sys.stderr.isatty():
        os.write(sys.stderr.fileno(), SHOW_CURSOR + b"Ended at once. The same command carries on from here.\n")
    os._exit(INTERRUPTED)
