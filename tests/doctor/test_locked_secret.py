"""A secret whose key is disabled, or whose name is none: what Secrets Manager refuses to everybody is the cause."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from provision.aws.local.wire import Answer, Call
from tests.stage import UP, stage

SAID = "Secrets Manager can't decrypt the protected secret text using the provided KMS key."


def locked(call: Call, following: Callable[[Call], Answer]) -> Answer:
    answer = following(call)
    if call.name != "secretsmanager:GetSecretValue":
        return answer
    return replace(answer, status=400, body=json.dumps({"__type": "DecryptionFailure", "message": SAID}).encode())


def test_it_is_the_cause_and_no_end_of_the_diagnosis(tmp_path: Path) -> None:
    with stage(tmp_path) as there:
        there.after(*UP)
        there.account.put_around(locked)
        told = there.type("--output", "json", "doctor").document
        assert told["root"]["id"] == "secret.locked"
        assert SAID in told["root"]["evidence"]
        assert told["root"]["advice"]


def misnamed(call: Call, following: Callable[[Call], Answer]) -> Answer:
    """moto takes any name for that of one that is not there."""
    answer = following(call)
    if call.name != "secretsmanager:DescribeSecret" or answer.status == 200:
        return answer
    return replace(answer, body=json.dumps({"__type": "ValidationException", "message": "Invalid name."}).encode())


@pytest.mark.parametrize(
    "name", ["arn:todo", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:password::"]
)
def test_a_name_that_no_secret_can_have_is_the_cause(tmp_path: Path, name: str) -> None:
    """Such as an ARN with a key behind it, as definitions of containers have it."""
    with stage(tmp_path) as there:
        there.after(*UP)
        function, about = there.client("lambda"), {"FunctionName": "lambda-rds-function"}
        given = function.get_function_configuration(**about)["Environment"]["Variables"]
        function.update_function_configuration(**about, Environment={"Variables": {**given, "DB_SECRET_ARN": name}})
        there.account.put_around(misnamed)
        told = there.type("--output", "json", "doctor").document
        assert (name in told["root"]["evidence"], told["root"]["id"]) == (True, "secret.missing")
