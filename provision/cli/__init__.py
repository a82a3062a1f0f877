"""The command line: options in, exit code out."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    try:
        _insist_on_typer()
        from provision.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line has its own way out
        code = 130
    sys.exit(code)


def _insist_on_typer() -> None:
    try:
        import typer  # noqa: F401 - the first of the packages that every command needs
    except ModuleNotFoundError:
        sys.exit(
            "Error: This Python does not have the packages that provision needs.\n"
            "Next:  Use scripts/provision in place of python -m provision, or first: . .venv/bin/activate"
        )
