"""`logs` on the command line, against a log group of the local AWS."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local
from tests.command import typed
from tests.local.conftest import clients

GROUP = "/aws/lambda/lambda-rds-function"
TAGS = {"provision:stack": "lambda-rds", "provision:key": "function.logs"}
HOUR = 3_600_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose local AWS has the function's log group and nothing else."""
    place = tmp_path_factory.mktemp("logs")
    home = place / "state" / "local" / "aws"
    logs = clients(local.ensure(home).url)("logs")
    logs.create_log_group(logGroupName=GROUP, tags=TAGS)
    for stream in ("a", "b"):
        logs.create_log_stream(logGroupName=GROUP, logStreamName=stream)
    yield place
    local.stop(home)


@pytest.fixture
def write(folder: Path) -> Callable[..., None]:
    """Puts messages into a stream, by the time of each in milliseconds."""
    logs = clients(local.ensure(folder / "state" / "local" / "aws").url)("logs")

    def put(stream: str, *events: tuple[int, str]) -> None:
        told = [{"timestamp": at, "message": message} for at, message in events]
        logs.put_log_events(logGroupName=GROUP, logStreamName=stream, logEvents=told)

    return put


def said(folder: Path, *words: str) -> tuple[int, str, str]:
    told = typed("--state-dir", str(folder / "state"), *words)
    return told.code, told.out, told.err


def test_streams_are_told_as_one_in_order(folder: Path, write: Callable[..., None]) -> None:
    now = int(time.time() * 1000)
    write("a", (now - 3, "first\n"), (now - 1, "Traceback:\n  File x\n\tValueError\x1b[31m"))
    write("b", (now - 2 * HOUR, "too old"), (now - 2, "second"))
    code, out, _ = said(folder, "logs")
    lines = out.splitlines()
    assert code == 0
    assert [line[26:] for line in lines] == ["first", "second", "Traceback:", "  File x", "  ValueError"]
    assert "too old" in said(folder, "logs", "--since", "3h")[1]
    document: dict[str, Any] = json.loads(said(folder, "--output", "json", "logs", "--since", "5m")[1])
    assert [event["stream"] for event in document["events"]] == ["a", "b", "a"]
    assert document["log_group"] == GROUP


def test_nothing_is_said_to_be_nothing(folder: Path) -> None:
    code, out, err = said(folder, "logs", "--since", "2035-01-01")
    assert (code, out) == (0, "")
    assert "Nothing was written since 2035-01-01T00:00:00.000Z." in err


@pytest.mark.parametrize("since", ["10", "m", "10x", "yesterday", "-5m", "2026-13-01"])
def test_a_time_that_is_none(folder: Path, since: str) -> None:
    code, _, err = said(folder, "logs", f"--since={since}")
    assert code == 2
    assert "Write it like 10m" in err


def test_following_has_no_document(folder: Path) -> None:
    code, out, _ = said(folder, "--output", "json", "logs", "--follow")
    assert code == 2
    assert json.loads(out)["error"]["code"] == "BadUsage"


def test_without_a_stack(folder: Path) -> None:
    code, _, err = said(folder, "--name", "another", "logs")
    assert code == 2
    assert "Run `up` first." in err


def test_what_the_rotation_function_wrote_is_asked_for(folder: Path) -> None:
    """Its log group has a name that nobody should have to know."""
    code, _, err = said(folder, "logs", "--rotation")
    assert (code, "Set database.rotation_days" in err) == (2, True)
    logs = clients(local.ensure(folder / "state" / "local" / "aws").url)("logs")
    group = "/aws/lambda/lambda-rds-rotation"
    logs.create_log_group(logGroupName=group, tags={**TAGS, "provision:key": "rotation.logs"})
    logs.create_log_stream(logGroupName=group, logStreamName="a")
    event = {"timestamp": int(time.time() * 1000), "message": "setSecret: opens the database from now on"}
    logs.put_log_events(logGroupName=group, logStreamName="a", logEvents=[event])
    assert said(folder, "logs", "--rotation")[1].endswith(" setSecret: opens the database from now on\n")
    document = json.loads(said(folder, "--output", "json", "logs", "--rotation")[1])
    assert document["log_group"] == group


def test_somebody_elses_group_is_not_read(folder: Path) -> None:
    logs = clients(local.ensure(folder / "state" / "local" / "aws").url)("logs")
    logs.create_log_group(logGroupName="/aws/lambda/theirs-function")
    assert said(folder, "--name", "theirs", "logs")[0] == 4


def test_it_follows_until_it_is_interrupted(folder: Path, write: Callable[..., None]) -> None:
    now = int(time.time() * 1000)
    write("a", (now, "before"))
    command = [sys.executable, "-m", "provision", "--state-dir", str(folder / "state"), "logs", "-f", "--since", "10m"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        while not next(following.stdout).endswith("before\n"):
            pass
        write("b", (now - 1, "late"))
        assert next(following.stdout).endswith("late\n")
        write("a", (now + 1, "after"))
        assert next(following.stdout).endswith("after\n")
        os.kill(following.pid, signal.SIGINT)
        assert following.wait(timeout=60) == 130
        assert following.stdout.read() == ""
        assert "Interrupted" not in following.stderr.read()
