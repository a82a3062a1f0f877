"""The command line: options in, exit code out."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    try:
        from provision.cli.app import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:  # before the command line has its own way out
        code = 130
    sys.exit(code)
