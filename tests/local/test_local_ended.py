"""The local AWS ends under a command, as a teardown beside it that left nothing ends it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from botocore.exceptions import EndpointConnectionError

from provision.aws import local
from provision.aws.target import LOCAL_REGION
from provision.cli.globals import NAME
from provision.cli.local_ended import judging
from provision.engine.failures import Verdict
from provision.engine.resource import NotYet
from provision.errors import LocalTrouble
from provision.ledger.schema import Document, Row
from provision.ledger.store import write

SOON = 30.0
"""Seconds; what is waited for is waited for a minute and longer."""


def test_a_command_says_so_and_does_not_wait_for_it(folder: Path) -> None:
    state = folder.parent / "state"
    command = [sys.executable, "-m", "provision", "--state-dir", str(state), "status"]
    slow = {"PROVISION_LOCAL_LATENCY_MS": "5000"}
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


def test_a_command_that_finds_nothing_leaves_it_to_one_that_is_at_work(folder: Path) -> None:
    """The last of them ends it, and nobody is told that it ended."""
    state = folder.parent / "state"
    command = [sys.executable, "-m", "provision", "--state-dir", str(state), "status"]
    slow = {"PROVISION_LOCAL_LATENCY_MS": "1000"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **slow}) as first:
        assert first.stderr is not None
        assert next(first.stderr).startswith("status lambda-rds on local")
        second = subprocess.run(command, stderr=subprocess.PIPE, text=True, check=False)
        first.stderr.read()
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    assert not local.status(state / "local" / "aws").running


def test_a_command_that_outlasts_a_teardown_ends_it(folder: Path) -> None:
    """It has read the state file that the teardown then takes away."""
    state = folder.parent / "state"
    file = state / "local" / "lambda-rds.json"
    row = Row(kind="VPC", status="ready", id="vpc-1")
    write(
        file, Document(stack=NAME, target="local", account=local.ACCOUNT, region=LOCAL_REGION, resources={"vpc": row})
    )
    command = [sys.executable, "-m", "provision", "--state-dir", str(state), "status"]
    slow = {"PROVISION_LOCAL_LATENCY_MS": "1000"}
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env={**os.environ, **slow}) as reading:
        assert reading.stderr is not None
        next(line for line in reading.stderr if line.startswith("status lambda-rds on local"))
        time.sleep(0.5)
        file.unlink()
        reading.stderr.read()
    assert reading.returncode == 0
    assert not local.status(state / "local" / "aws").running
