"""The command line: options in, exit code out."""

from __future__ import annotations

import gc
import os
import sys
import threading
from contextlib import suppress

from provision.cli import signals


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    # AWS's models are a hundred thousand objects that stay; Python would look through them again and again for garbage.
    gc.set_threshold(100_000)
    _open_streams()
    signals.listen()  # the imports take a moment
    try:
        _insist_on_typer()
        from provision.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line has its own way out
        code = signals.INTERRUPTED
    if code == signals.INTERRUPTED or threading.active_count() > 1:
        signals.end(code)
    sys.exit(code)


def _open_streams() -> None:
    """A stream that the shell has closed (`>&-`) is as /dev/null, and its number goes to no file of ours. One that a
    program before us left non-blocking, as Node.js does, blocks: Python would drop what its reader is too slow for."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)
            os.set_inheritable(number, True)  # a child's as well
            setattr(sys, name, os.fdopen(number, "r" if name == "stdin" else "w", encoding="utf-8"))
        with suppress(OSError):  # its terminal may have gone
            os.set_blocking(number, True)


def _insist_on_typer() -> None:
    try:
        import typer  # noqa: F401 - the first of the packages that every command needs
    except ModuleNotFoundError:
        sys.exit(
            "Error: This Python does not have the packages that provision needs.\n"
            "Next:  Use scripts/provision in place of python -m provision, or first: . .venv/bin/activate"
        )
