"""The local Lambda runtime: nothing is left of an environment that has ended, nor of one that could not start."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from provision.aws.local.functions import Functions
from tests.local.runtime import SOURCE, call, gone, spec
from tests.waiting import until


def test_retired_environments_end(functions: Functions) -> None:
    before = call(functions, spec())["pid"]
    functions.retire("hello")
    assert gone(before)
    assert call(functions, spec())["pid"] != before


def test_idle_environments_end(tmp_path: Path) -> None:
    functions = Functions(tmp_path / "functions", extra_environment={}, idle_seconds=0.2)
    try:
        pid = call(functions, spec())["pid"]
        until(lambda: gone(pid))
    finally:
        functions.close()


def test_what_a_function_started_ends_with_its_process(functions: Functions) -> None:
    """Also while it serves nothing."""
    invocation = functions.invoke(spec(), b'{"child": true}')
    child = next(int(line.message.split()[1]) for line in invocation.lines if line.message.startswith("child"))
    os.kill(json.loads(invocation.payload)["pid"], signal.SIGKILL)
    until(lambda: gone(child))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose it was")
def test_what_left_the_functions_session_ends_with_its_environment(functions: Functions) -> None:
    invocation = functions.invoke(spec(), b'{"child": "escaped"}')
    child = next(int(line.message.split()[1]) for line in invocation.lines if line.message.startswith("child"))
    functions.retire("hello")
    until(lambda: gone(child))


def test_code_that_no_environment_runs_any_more_goes(functions: Functions, tmp_path: Path) -> None:
    def unpacked() -> int:
        return len(list((tmp_path / "functions" / "code").iterdir()))

    for version in range(3):
        call(functions, spec(f"{SOURCE}\n# {version}"))
        assert unpacked() == 1
    functions.retire("hello")
    assert unpacked() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
def test_a_start_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Here for want of file descriptors, at each place where one is taken."""
    functions = Functions(tmp_path / "functions", extra_environment={}, passes=lambda *_: True)
    call(functions, spec())
    functions.retire("hello")
    for spare in range(9):
        before, threads = set(descriptors()), threading.active_count()
        with at_most_more(spare), pytest.raises(OSError, match="Too many open files"):
            functions.invoke(spec(), b"{}")
        until(lambda: set(descriptors()) <= before)  # noqa: B023 - asked at once
        until(lambda: threading.active_count() <= threads)  # noqa: B023 - as above
        assert list((tmp_path / "functions" / "scratch").iterdir()) == []
    functions.close()


@contextlib.contextmanager
def at_most_more(spare: int) -> Iterator[None]:
    """This process may open so many files more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    gaps = [os.dup(0) for _ in range(max(descriptors()) + 1 - len(descriptors()))]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(descriptors()) + 1 + spare, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for one in gaps:
            os.close(one)


def descriptors() -> list[int]:
    return sorted(int(path.name) for path in Path("/proc/self/fd").iterdir() if path.exists())


def test_close_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "functions"
    functions = Functions(folder, extra_environment={})
    invocation = functions.invoke(spec(), b'{"child": true}')
    child = next(int(line.message.split()[1]) for line in invocation.lines if line.message.startswith("child"))
    pid = json.loads(invocation.payload)["pid"]
    functions.close()
    assert gone(pid)
    until(lambda: gone(child))
    assert not folder.exists()
