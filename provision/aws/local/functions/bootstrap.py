"""What the function's process runs, in an interpreter started with -I -S: only the standard library is there yet.

Arguments: the lifeline (a file descriptor that closes when the server dies), the handler, then folders for `sys.path`:
those in front of the standard library, "--", those behind it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading


def _end_with_server(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Hand over to AWS's runtime interface client."""
    lifeline, handler, *folders = sys.argv[1:]
    threading.Thread(target=_end_with_server, args=[int(lifeline)], daemon=True).start()
    split = folders.index("--")
    sys.path[:] = [*folders[:split], *sys.path, *folders[split + 1 :]]
    from awslambdaric.__main__ import main as run  # type: ignore[import-untyped]  # it ships no types

    run(["awslambdaric", handler])


main()
