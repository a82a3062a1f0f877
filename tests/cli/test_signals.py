"""Ctrl-C and SIGTERM at a moment when Python drops what is raised, or is still importing."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.command import Here
from tests.served import Served

CODE = """
import os, signal, sys, time, weakref
from provision.cli import signals

class Thing:
    pass

def callback(_):
    os.kill(os.getpid(), int(sys.argv[1]))
    time.sleep(0)

signals.listen()
thing = Thing()
kept = weakref.ref(thing, callback)
try:
    del thing
    time.sleep(60)
except KeyboardInterrupt:
    sys.exit(signals.INTERRUPTED)
"""


@pytest.mark.parametrize("number", [2, 15], ids=["SIGINT", "SIGTERM"])
def test_an_interrupt_within_a_callback_is_not_lost(number: int) -> None:
    """Weak references have callbacks, and Python's imports have weak references."""
    ended = subprocess.run([sys.executable, "-c", CODE, str(number)], capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (130, "")


@pytest.mark.parametrize("number", [2, 15], ids=["SIGINT", "SIGTERM"])
def test_an_interrupt_while_python_imports_ends_with_130(number: int, tmp_path: Path) -> None:
    """Dataclasses and named tuples are made by `exec`, through which CPython ends by SIGINT, whatever the code."""
    (tmp_path / "typer.py").write_text(f"import os\nexec('os.kill(os.getpid(), {number})')\n")
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    command = [sys.executable, "-m", "provision", "outputs"]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, "", "")


BROKEN_OFF = """
import os, sys
if hasattr(sys, "begun"):
    raise AttributeError("partially initialized module")
sys.begun = True
os.kill(os.getpid(), 2)
"""


def test_an_import_that_is_broken_off_is_not_tried_again(cloud: Served, tmp_path: Path) -> None:
    """CPython keeps the modules of a package that have been imported by then, and the next import stumbles over them:
    tenacity's does."""
    (tmp_path / "tenacity.py").write_text(BROKEN_OFF)
    told = Here(tmp_path, {"PYTHONPATH": str(tmp_path)}).provision("up")
    assert told.code == 130, told
    assert told.err.endswith("Error: Interrupted.\nWhy:   The stack was not changed.\n"), told
    assert cloud.census() == []


TWICE = """
import os, time
from provision.cli import signals

signals.listen()
for _ in range(2):
    try:
        os.kill(os.getpid(), 2)
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


@pytest.mark.parametrize(("term", "codes"), [("xterm", b"\x1b[?25h"), ("dumb", b"")])
def test_the_second_ctrl_c_ends_at_once_and_gives_the_cursor_back_to_a_terminal_that_knows_how(
    term: str, codes: bytes
) -> None:
    master, slave = pty.openpty()
    ended = subprocess.run([sys.executable, "-c", TWICE], stderr=slave, env=os.environ | {"TERM": term}, check=False)
    os.close(slave)
    told = b""
    with suppress(OSError):  # Linux: the other end is closed
        while chunk := os.read(master, 4096):
            told += chunk
    os.close(master)
    assert ended.returncode == 130
    assert told == codes + b"\r\nEnded at once. The same command carries on from here.\r\n"
