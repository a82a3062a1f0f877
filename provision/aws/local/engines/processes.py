"""Other processes of this machine: what they are, and waiting for them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

PAUSE, PATIENCE = 0.01, 30.0
"""Seconds between two looks; seconds until the last one, where nothing else is said."""


def wait_until(done: Callable[[], bool], seconds: float = PATIENCE) -> bool:
    """Ask every 10 ms until `done` says yes; False when it has not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(PAUSE)
    return True


def command_of(pid: int) -> str:
    """The process's command line, empty if there is no such process (or only its zombie)."""
    if sys.platform == "linux":
        return _linux_command_of(pid)
    listed = subprocess.run(  # noqa: S603 - our own command line
        ["ps", "-o", "command=", "-p", str(pid)],  # noqa: S607 - the system's own
        capture_output=True,
        text=True,
        check=False,
    )
    return listed.stdout


def _linux_file(pid: int, name: str) -> str:
    try:
        return Path(f"/proc/{pid}/{name}").read_text(errors="replace")
    except OSError:
        return ""


def _linux_command_of(pid: int) -> str:
    command = ""

    def known() -> bool:
        nonlocal command
        command = _linux_file(pid, "cmdline").replace("\0", " ").strip()
        return bool(command) or _is_over(pid)

    wait_until(known, seconds=1)  # a process that is ending gives up its command line before it closes its sockets
    return command


def _is_over(pid: int) -> bool:
    """Whether there is no such process, or nothing but its zombie: with another thread left it may hold sockets."""
    try:
        threads = len(os.listdir(f"/proc/{pid}/task"))  # noqa: PTH208 -- counted alone
    except OSError:
        return True
    return threads == 1 and _linux_file(pid, "stat").rpartition(") ")[2][:1] in ("", "Z", "X")
