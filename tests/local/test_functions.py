"""The local Lambda runtime: which process serves an invocation, and what its code finds there."""

from __future__ import annotations

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from provision.aws.local.functions import Functions, mismatch
from tests.local.runtime import OWN_MACHINE, OWN_RUNTIME, SOURCE, call, fail, gone, spec


def test_an_idle_environment_is_reused(functions: Functions) -> None:
    first = functions.invoke(spec(), b"{}")
    second = functions.invoke(spec(), b"{}")
    assert json.loads(first.payload)["pid"] == json.loads(second.payload)["pid"]
    assert first.init_ms
    assert second.init_ms is None


def test_concurrent_invocations_get_environments_of_their_own(functions: Functions, tmp_path: Path) -> None:
    (tmp_path / "meeting").mkdir()
    patient = spec(timeout_seconds=60)
    with ThreadPoolExecutor(3) as crowd:
        meeting = {"meet": str(tmp_path / "meeting"), "of": 3}
        answers = list(crowd.map(lambda _: call(functions, patient, **meeting)["pid"], range(3)))
    assert len(set(answers)) == 3
    assert call(functions, patient)["pid"] in answers


@pytest.mark.parametrize(
    "changed", [{"environment": {"COLOUR": "blue"}}, {"timeout_seconds": 7}, {"source": SOURCE + "\n"}]
)
def test_a_change_means_a_new_environment_and_the_old_one_ends(functions: Functions, changed: dict[str, Any]) -> None:
    before = call(functions, spec())
    after = call(functions, spec(**changed))
    assert after["pid"] != before["pid"]
    assert after["env"]["COLOUR"] == changed.get("environment", {"COLOUR": "red"})["COLOUR"]
    assert gone(before["pid"])


def test_the_function_sees_lambdas_variables_and_none_of_ours(functions: Functions) -> None:
    os.environ["OURS"] = "secret"
    try:
        seen = call(functions, spec(timeout_seconds=60))
    finally:
        del os.environ["OURS"]
    assert "OURS" not in seen["env"]
    assert seen["env"]["PGSSLROOTCERT"] == "ca.pem"
    assert seen["env"]["AWS_REGION"] == "eu-west-1"
    assert seen["env"]["LAMBDA_TASK_ROOT"] == seen["cwd"]
    assert seen["memory"] == "256"
    assert seen["arn"] == spec().arn
    assert 30_000 < seen["left"] <= 60_000


def test_the_zip_comes_before_what_the_runtime_provides(functions: Functions) -> None:
    shipped = spec(files={"psycopg2/__init__.py": "", "boto3/__init__.py": ""})
    root = call(functions, shipped)["cwd"]
    found = call(functions, shipped, modules=["psycopg2", "boto3"])
    assert {name: path.startswith(root) for name, path in found.items()} == {"psycopg2": True, "boto3": True}


def test_only_what_lambda_provides_is_there_besides(functions: Functions) -> None:
    assert call(functions, spec(), modules=["boto3"])["boto3"]
    error, _ = fail(functions, spec(), modules=["moto"])
    assert error["errorType"] == "ModuleNotFoundError"


def test_elsewhere_this_machines_psycopg2_stands_in(functions: Functions) -> None:
    other = spec(files={"psycopg2/__init__.py": "raise ImportError"}, runtime="python3.9")
    path = call(functions, other, modules=["psycopg2"])["psycopg2"]
    assert "substitutes" in path
    assert "python3.9" in (mismatch("python3.9", OWN_MACHINE) or "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux runs exactly the zip")
def test_the_own_runtime_needs_no_note() -> None:
    assert mismatch(OWN_RUNTIME, OWN_MACHINE) is None
