"""Ctrl-C at a moment when Python drops what is raised."""

from __future__ import annotations

import subprocess
import sys

import pytest

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
