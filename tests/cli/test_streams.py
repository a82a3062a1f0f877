"""Streams that the shell closed, that lead to a full disk, or whose reader has gone."""

from __future__ import annotations

import fcntl
import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.served import Served

COMMAND = f"{sys.executable} -m provision"


def shell(line: str, folder: Path, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    """What a shell makes of the line, in which `provision` is the command."""
    words = line.replace("provision", COMMAND, 1)
    return subprocess.run(
        ["bash", "-c", words],
        cwd=folder,
        env=os.environ,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def gone() -> Iterator[int]:
    """A pipe whose reader has gone."""
    reading, writing = os.pipe()
    os.close(reading)
    yield writing
    os.close(writing)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("provision status >&-", 0),
        ("provision --output json status >&- <&-", 0),
        ("provision --version >&-", 0),
        ("provision teardown <&-", 2),
        ("provision status 2>&-", 0),
    ],
)
def test_a_closed_stream_is_as_dev_null(cloud: Served, tmp_path: Path, line: str, code: int) -> None:  # noqa: ARG001 - where it looks
    told = shell(line, tmp_path)
    assert told.returncode == code, told
    assert "unforeseen" not in told.stderr
    assert "Traceback" not in told.stderr


def test_work_goes_on_where_talk_cannot_be_written(cloud: Served, tmp_path: Path) -> None:
    told = shell("provision --output json up 2>/dev/full", tmp_path)
    assert told.returncode == 0
    assert json.loads(told.stdout)["changed"]
    assert cloud.census()
    refused = shell("provision --output json status --bad 2>/dev/full", tmp_path)
    assert refused.returncode == 2
    assert json.loads(refused.stdout)["error"]["code"] == "BadUsage"


@pytest.mark.parametrize("words", ["status", "--help", "--version"])
def test_a_reader_that_has_gone_is_no_defect(cloud: Served, tmp_path: Path, words: str) -> None:  # noqa: ARG001 - where it looks
    with gone() as stdout:
        told = shell(f"provision {words}; echo $? >code", tmp_path, stdout)
    assert (tmp_path / "code").read_text(encoding="utf-8") == "141\n", told
    assert "Error" not in told.stderr


@pytest.mark.parametrize("to", ["", " >/dev/full"])
def test_a_refusal_keeps_its_code_where_nobody_gets_its_document(tmp_path: Path, to: str) -> None:
    """Ctrl-C, for one, ends the whole pipeline."""
    with gone() as stdout:
        told = shell(f"provision --output json status --bad{to}; echo $? >code", tmp_path, stdout)
    assert (tmp_path / "code").read_text(encoding="utf-8") == "2\n", told
    assert told.stderr.startswith("Error: ")
    assert "Traceback" not in told.stderr


def test_a_stdout_that_takes_no_more(cloud: Served, tmp_path: Path) -> None:  # noqa: ARG001 - the account asked about
    """Not a defect of ours, and nothing that a trace would explain."""
    for words in (["plan"], ["--output", "json", "status"], ["--help"]):
        with Path("/dev/full").open("w") as full:
            told = subprocess.run(
                [sys.executable, "-m", "provision", *words],
                check=False,
                cwd=tmp_path,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
            )
        assert told.returncode == 1, told
        assert "could not be written to stdout" in told.stderr
        assert "No space left on device" in told.stderr
        assert "Traceback" not in told.stderr
        assert "Exception ignored" not in told.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="other pipes cannot be made so small")
def test_a_pipe_that_does_not_block_loses_nothing() -> None:
    """As some CI systems, and whoever starts commands from Node.js, hand it on."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4096)
    os.set_blocking(writing, False)
    words = ["--output", "json", "--region", "eu-west-1", "policy", "all"]
    command = [sys.executable, "-m", "provision", *words]
    with subprocess.Popen(command, stdout=writing) as child, os.fdopen(reading) as file:
        os.close(writing)
        select.select([file], [], [])
        assert json.loads(file.read())["command"] == "all"
    assert child.returncode == 0
