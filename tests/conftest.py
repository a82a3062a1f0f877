"""What holds for every test: nobody's account and settings, and no process left behind.

Hypothesis repeats the same examples where `CI` is set; that is its own default.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from provision.archive.wheel import cache_folder
from provision.aws.local import methods

hypothesis.settings.register_profile(  # machines are shared
    "patient", hypothesis.settings.default, deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("patient")

FOREIGN = ("AWS_", "BOTO_", "PG", "PROVISION_", "MOTO_", "XDG_")
"""Variables of whoever runs the tests that would change what they see."""
ENDING = 60.0
"""Seconds that a process may take to end after the last test."""


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No account, settings or home folder of the user's; the cache of wheels stays, so that nothing is fetched."""
    cache = cache_folder().parent
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith(FOREIGN):
                patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("XDG_CACHE_HOME", str(cache))
        patch.setenv("AWS_ACCESS_KEY_ID", "testing")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # a quarter of a second for each empty account
        methods.cache_names()
        yield


@pytest.fixture(scope="session", autouse=True)
def interruptible() -> None:
    """What is started in the background by a shell without job control, as a CI may do, ignores Ctrl-C, and so would
    every command that a test is to interrupt."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session", autouse=True)
def nothing_left_running(tmp_path_factory: pytest.TempPathFactory, clean_environment: None) -> Iterator[None]:  # noqa: ARG001 - order
    """Fails the run, and ends them, if processes that the tests started are still there after the last test.

    They are known by the folder of this run, in their environment, command line or working directory. PATH carries
    it, because that is the one variable which the local AWS hands on to what it starts.
    """
    folder = f"{tmp_path_factory.getbasetemp()}{os.sep}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{os.environ['PATH']}{os.pathsep}{folder}")
        yield
    deadline = time.monotonic() + ENDING
    while (left := running(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left, f"left running: {left}"


def running(folder: str) -> dict[int, str]:
    """Processes that know of this folder, with their command lines; this one and those above it apart."""
    listed = linux_processes() if sys.platform == "linux" else other_processes()
    above = set()
    pid = os.getpid()
    while pid in listed:
        above.add(pid)
        pid = listed[pid][0]
    return {pid: words[:200] for pid, (_, words) in listed.items() if pid not in above and folder in words}


def linux_processes() -> dict[int, tuple[int, str]]:
    """Parent, and all that tells where it comes from, by process id; no zombies."""
    found = {}
    for place in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (place / "stat").read_text().rpartition(") ")[2].split()[:2]
            words = b" ".join((place / name).read_bytes() for name in ("cmdline", "environ")).replace(b"\0", b" ")
            if state != "Z":
                found[int(place.name)] = (int(parent), f"{words.decode(errors='replace')} {(place / 'cwd').readlink()}")
        except OSError:  # gone meanwhile, or somebody else's
            continue
    return found


def other_processes() -> dict[int, tuple[int, str]]:
    """The same as far as `ps` tells it."""
    command = ["ps", "-A", "-E", "-ww", "-o", "pid=,ppid=,command="]
    table = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rows = (line.split(None, 2) for line in table.splitlines())
    return {int(row[0]): (int(row[1]), row[2]) for row in rows if len(row) == 3}
