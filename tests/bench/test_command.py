"""`bench` against a whole stack: a real PostgreSQL, a real pooler, and the uploaded function."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local
from tests.local.conftest import clients

PROVISION = [sys.executable, "-m", "provision"]


def run(folder: Path, *words: str, code: int = 0) -> dict[str, Any]:
    command = [*PROVISION, "--output", "json", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where a stack with a proxy is."""
    place = tmp_path_factory.mktemp("bench")
    run(place, "up", "--proxy")
    yield place
    run(place, "teardown", "--yes")


def configuration(folder: Path) -> dict[str, Any]:
    """The function as AWS has it."""
    awslambda = clients(local.ensure(folder / "state" / "local" / "aws").url)("lambda")
    response: dict[str, Any] = awslambda.get_function_configuration(FunctionName="lambda-rds-function")
    return {name: value for name, value in response.items() if name != "ResponseMetadata"}


def test_with_a_proxy_both_ways_are_measured_and_nothing_changed(folder: Path) -> None:
    before = configuration(folder)
    document = run(folder, "bench", "--calls", "15", "--burst", "3", "--svg", "bench.svg")
    kinds = {(one["way"], one["connection"]): one for one in document["calls"]}
    assert {*kinds} == {(way, connection) for way in ("direct", "proxy") for connection in ("anew", "kept")}
    assert [one["answered"] for one in document["calls"]] == [15] * 4
    assert kinds["direct", "kept"]["p50_ms"] < kinds["direct", "anew"]["p50_ms"]
    direct, proxy = document["bursts"]
    assert (direct["way"], direct["answered"], direct["backends"]) == ("direct", 3, 3)
    assert (proxy["way"], proxy["answered"]) == ("proxy", 3)
    assert 1 <= proxy["backends"] <= 3
    assert document["proxy_monthly_usd"] == 21.9
    assert "PgBouncer stands in for RDS Proxy" in document["meaning"][2]
    assert (folder / "bench.svg").read_text().startswith("<svg ")
    assert configuration(folder) == before


def test_killed_in_the_middle_it_leaves_the_function_as_it_was(folder: Path) -> None:
    before = configuration(folder)
    command = [*PROVISION, "bench", "--calls", "1000", "--burst", "0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as benching:
        assert benching.stderr is not None
        while "Calling the function 1000 times" not in next(benching.stderr):
            pass
        os.kill(benching.pid, signal.SIGKILL)
    assert configuration(folder) == before
    assert run(folder, "invoke")["response"]["message"] == "Hello world!"


def test_a_picture_from_before_stays_until_there_is_a_new_one(folder: Path) -> None:
    (folder / "old.svg").write_text("old")
    run(folder, "--name", "another", "bench", "--svg", "old.svg", code=2)
    run(folder, "--name", "another", "bench", "--svg", "new.svg", code=2)
    assert (folder / "old.svg").read_text() == "old"
    assert not (folder / "new.svg").exists()


def test_a_picture_that_cannot_be_kept_is_said_before_anything_is_measured(folder: Path) -> None:
    document = run(folder, "bench", "--svg", "nowhere/bench.svg", code=2)
    assert "cannot be written" in document["error"]["what"]


def test_without_a_proxy_only_the_direct_way(folder: Path) -> None:
    """The last test of this stack: it has no proxy any more."""
    run(folder, "disable-proxy")
    document = run(folder, "bench", "--calls", "2", "--burst", "0")
    assert [one["way"] for one in document["calls"]] == ["direct", "direct"]
    assert document["proxy"] is False
    assert document["bursts"] == []


def test_without_a_stack(folder: Path) -> None:
    assert run(folder, "--name", "another", "bench", code=2)["error"]["code"] == "BadUsage"
