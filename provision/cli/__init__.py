"""The command line: options in, exit code out."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command that the arguments name and exit with its code."""
    from provision.cli.app import run

    sys.exit(run(sys.argv[1:]))
