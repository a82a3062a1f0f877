"""Ctrl-C and SIGTERM: the first ends the command in order, the second at once."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from provision.ui.words import NO_CODES

INTERRUPTED = 130
SIGNALS = (signal.SIGINT, signal.SIGTERM)
SHOW_CURSOR = b"\x1b[?25h"
"""The live display hides it."""
AGAIN = 0.01
"""Seconds after which the callback is over."""
_others = sys.unraisablehook


def listen() -> None:
    """From here on the first of them raises `KeyboardInterrupt`."""
    sys.unraisablehook = _dropped
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # as `nohup` and a shell's `&` have it
            signal.signal(number, _interrupt)


def end(code: int) -> NoReturn:
    """End at once: a call that AWS has not answered must not keep the user waiting.

    CPython: where a `KeyboardInterrupt` passed through `exec`, which imports use, `sys.exit` would end the process by
    SIGINT, whatever its code (`run_eval_code_obj`, `Py_RunMain`).
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _interrupt(number: int, _: FrameType | None) -> NoReturn:
    for each in SIGNALS:
        signal.signal(each, _end_at_once)
    raise KeyboardInterrupt(number)


def _dropped(lost: sys.UnraisableHookArgs) -> None:
    """Python drops what is raised within a weak reference's callback, which every import has: the signal comes again,
    as the first."""
    if isinstance(lost.exc_value, KeyboardInterrupt) and lost.exc_value.args:
        listen()
        again = threading.Timer(AGAIN, os.kill, (os.getpid(), *lost.exc_value.args))
        again.daemon = True  # nobody waits for it
        again.start()
    else:
        _others(lost)


def _end_at_once(_: int, __: FrameType | None) -> NoReturn:
    """The second time. Nothing is lost: intents were written before the calls went out."""
    if sys.stderr.isatty():
        cursor = b"" if os.environ.get("TERM", "") in NO_CODES else SHOW_CURSOR
        os.write(sys.stderr.fileno(), cursor + b"\nEnded at once. The same command carries on from here.\n")
    os._exit(INTERRUPTED)
