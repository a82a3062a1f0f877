"""`teardown` asks for the stack's name on a terminal."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.served import Served
from tests.waiting import until

QUESTION = "This removes the stack lambda-rds on aws (account 123456789012, Region eu-west-1). Type its name to go on: "
START = """
import fcntl, signal, termios
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
from provision.cli import main
main()
"""
"""Takes the terminal as the one from which Ctrl-C comes, and listens to it, as a shell would have it; then begins."""
PATIENCE = 60
RESTING = 25
"""Looks, half a second in all, at which what has asked rests: by then it reads. CPython sees a Ctrl-C that comes just
before that only after it has read."""


@contextmanager
def asked(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """A teardown that has just asked, and the other end of its terminal."""
    master, slave = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", START, "teardown"],
        cwd=folder,
        env={**os.environ, "TERM": "dumb"},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    said = b""
    while QUESTION.encode() not in said:
        said += os.read(master, 4096)
    for _ in range(RESTING):
        until(lambda: rests(run.pid))
    try:
        yield master, run
    finally:
        run.kill()
        run.wait()
        os.close(master)


def rests(pid: int) -> bool:
    """Whether the process waits for something and wants no processor; always where the system does not tell."""
    time.sleep(0.02)
    told = Path(f"/proc/{pid}/stat")
    return not told.exists() or told.read_text().rpartition(") ")[2].startswith("S")


def answered(master: int, run: subprocess.Popen[bytes], typed: bytes) -> tuple[int, list[str]]:
    """The exit code, and what stands on the terminal after the answer."""
    os.write(master, typed)
    said = b""
    with suppress(OSError):  # Linux: the other end is closed
        while chunk := os.read(master, 4096):
            said += chunk
    return run.wait(PATIENCE), [line for line in said.decode().splitlines() if line]


def test_another_name_removes_nothing(cloud: Served, tmp_path: Path) -> None:
    with asked(tmp_path) as (master, run):
        code, said = answered(master, run, b"other\n")
    assert (code, said[0]) == (2, "other")
    assert said[1:] == ["Error: That is not the stack's name.", "Why:   Nothing was removed.", "Next:  Run it again."]
    assert [call["action"] for call in cloud.manners.calls()] == ["GetCallerIdentity"]


@pytest.mark.parametrize("key", [b"\x03", b"\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_no_answer_is_no(cloud: Served, tmp_path: Path, key: bytes) -> None:
    with asked(tmp_path) as (master, run):
        code, said = answered(master, run, key)
    assert code == 130
    assert said[-3:-1] == ["Error: Interrupted.", "Why:   Nothing was begun."]
    assert [call["action"] for call in cloud.manners.calls()] == ["GetCallerIdentity"]


@pytest.mark.usefixtures("cloud")
def test_the_stacks_own_name_goes_on(tmp_path: Path) -> None:
    with asked(tmp_path) as (master, run):
        code, said = answered(master, run, b"lambda-rds\n")
    assert (code, said[-1]) == (0, "Nothing is left.")


def test_the_role_is_taken_once_for_question_and_work(
    cloud: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it asks for a one-time code, AWS takes each code once."""
    keys = "aws_access_key_id = a\naws_secret_access_key = b\n"
    role = "role_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = a\n"
    (tmp_path / "config").write_text(f"[profile mine]\n{role}[profile a]\n{keys}", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_PROFILE", "mine")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    cloud.manners.reset_calls()
    with asked(tmp_path) as (master, run):
        code, _ = answered(master, run, b"lambda-rds\n")
    assert code == 0
    actions = [call["action"] for call in cloud.manners.calls() if call["n"]]
    assert (actions.count("AssumeRole"), actions.count("GetCallerIdentity")) == (1, 2)
