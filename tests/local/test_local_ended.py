"""The local AWS ends under a command, as a teardown beside it that left nothing ends it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from botocore.exceptions import EndpointConnectionError

from provision.aws import local
from provision.cli.local_ended import judging
from provision.engine.failures import Verdict
from provision.engine.resource import NotYet
from provision.errors import LocalTrouble
from provision.ledger import lock

SOON = 30.0
"""Seconds; what is waited for is waited for a minute and longer."""


def test_a_command_says_so_and_does_not_wait_for_it(folder: Path) -> None:
    state = folder.parent / "state"
    command = [sys.executable, "-m", "provision", "--state-dir", str(state), "status"]
    slow = {"PROVISION_LOCAL_LATENCY_MS": "2000"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **slow}) as reading:
        assert reading.stderr is not None
        assert next(reading.stderr).startswith("status lambda-rds on local")
        began = time.monotonic()
        assert local.stop(state / "local" / "aws")
        said = reading.stderr.read()
    assert reading.returncode == LocalTrouble.exit_code
    assert time.monotonic() - began < SOON
    assert "Error: The local AWS has ended under this command." in said


def test_one_that_runs_is_asked_again_and_another_one_is_not_it(folder: Path) -> None:
    url = local.ensure(folder).url
    refused = EndpointConnectionError(endpoint_url=url)

    def meaning(place: str) -> object:
        verdict = judging(folder, place)(refused, None)
        assert isinstance(verdict, Verdict)
        return verdict.meaning

    assert isinstance(meaning(url), NotYet)
    assert isinstance(meaning(f"{url}0"), LocalTrouble)


@pytest.mark.parametrize("other", ["lambda-rds", "another"])
def test_a_command_that_finds_nothing_leaves_it_to_a_run_that_is_at_work(folder: Path, other: str) -> None:
    """Which may be about to make something."""
    state = folder.parent / "state"
    place = state / "local" / "aws"

    def looks() -> None:
        subprocess.run([sys.executable, "-m", "provision", "--state-dir", str(state), "status"], check=True)

    with lock.held(state / "local" / f"{other}.lock", command="up", since="2026-11-24T10:30:00Z"):
        looks()
        assert local.status(place).running
    looks()
    assert not local.status(place).running
