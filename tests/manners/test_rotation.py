"""What a rotation needs: that Lambda has told of its function's policy, and that the caller may invoke that."""

from __future__ import annotations

from typing import Any

import pytest

from provision.aws.local.manners import durations
from tests.manners.conftest import LifelikeAccount
from tests.manners.stack import code_of, function, role

PERMISSION = {
    "FunctionName": "hello",
    "StatementId": "rotation",
    "Action": "lambda:InvokeFunction",
    "Principal": "secretsmanager.amazonaws.com",
}


@pytest.fixture
def wanted(account: LifelikeAccount) -> dict[str, Any]:
    """What RotateSecret takes; the function's policy is still empty."""
    arn = function(account, role(account))["FunctionArn"]
    account.client("secretsmanager").create_secret(Name="one", SecretString="hello")
    return {"SecretId": "one", "RotationLambdaARN": arn, "RotationRules": {"AutomaticallyAfterDays": 1}}


def test_a_new_permission_is_not_known_at_once(account: LifelikeAccount, wanted: dict[str, Any]) -> None:
    account.manners.set({"pace": 1})
    account.client("lambda").add_permission(**PERMISSION)
    rotate = account.client("secretsmanager").rotate_secret
    assert code_of(rotate, **wanted) == "AccessDeniedException"
    account.advance(durations.PERMISSION_KNOWN + 1)
    assert rotate(**wanted, RotateImmediately=False)["Name"] == "one"


@pytest.mark.parametrize("lacking", ["secretsmanager:RotateSecret", "lambda:InvokeFunction"])
def test_the_caller_may_invoke_the_function_too(account: LifelikeAccount, wanted: dict[str, Any], lacking: str) -> None:
    account.client("lambda").add_permission(**PERMISSION)
    anything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    account.manners.set({"allowed": {"Statement": [anything, {**anything, "Effect": "Deny", "Action": lacking}]}})
    rotate = account.client("secretsmanager").rotate_secret
    assert code_of(rotate, **wanted) == "AccessDeniedException"
    account.manners.set({"allowed": None})
    assert rotate(**wanted, RotateImmediately=False)["Name"] == "one"
    account.manners.set({"allowed": {"Statement": [anything, {**anything, "Effect": "Deny", "Action": lacking}]}})
    assert code_of(rotate, SecretId="one") == "AccessDeniedException"
