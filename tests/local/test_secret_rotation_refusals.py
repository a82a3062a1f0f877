"""What Secrets Manager refuses of a rotation, and of a version's value and labels."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from tests.local.conftest import Client
from tests.local.rotation import ACCOUNT, SERVICE, Rotated, refusal

INACCESSIBLE = (
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the "
    f"principal {SERVICE}."
)


@pytest.fixture
def rotated(aws: Client) -> Rotated:
    """One whose function Secrets Manager may not invoke yet."""
    return Rotated(aws)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"SecretId": "nobodys"}, "ResourceNotFoundException"),
        ({"RotationLambdaARN": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:none"}, "ResourceNotFoundException"),
        ({"RotationLambdaARN": ""}, "InvalidRequestException"),
        ({"RotationRules": {"AutomaticallyAfterDays": 1001}}, "InvalidParameterException"),
        (
            {"RotationRules": {"AutomaticallyAfterDays": 1, "ScheduleExpression": "rate(1 day)"}},
            "InvalidParameterException",
        ),
    ],
)
def test_what_cannot_be(rotated: Rotated, given: dict[str, Any], code: str) -> None:
    rotated.permit()
    assert refusal(rotated.rotate, **given)[0] == code
    assert "RotationEnabled" not in rotated.described()
    assert len(rotated.labels()) == 1


def test_a_secret_that_is_scheduled_for_deletion(rotated: Rotated) -> None:
    rotated.permit()
    rotated.secrets.delete_secret(SecretId=rotated.arn)
    assert refusal(rotated.rotate)[0] == "InvalidRequestException"
    assert refusal(rotated.secrets.cancel_rotate_secret, SecretId=rotated.arn)[0] == "InvalidRequestException"


def test_a_function_whose_policy_does_not_let_secrets_manager_invoke_it(rotated: Rotated) -> None:
    assert refusal(rotated.rotate) == ("AccessDeniedException", INACCESSIBLE)
    rotated.permit(SourceAccount="999999999999")
    assert refusal(rotated.rotate) == ("AccessDeniedException", INACCESSIBLE)
    rotated.forbid()
    rotated.permit(SourceArn=rotated.arn)
    rotated.rotate(RotateImmediately=False)


def test_permissions_are_there_once(rotated: Rotated) -> None:
    about = {"FunctionName": rotated.name}
    assert refusal(rotated.lambdas.get_policy, **about)[0] == "ResourceNotFoundException"
    rotated.permit()
    assert refusal(rotated.permit)[0] == "ResourceConflictException"
    assert rotated.statements() == [
        {
            "Sid": "rotation",
            "Effect": "Allow",
            "Principal": {"Service": SERVICE},
            "Action": "lambda:InvokeFunction",
            "Resource": rotated.function,
            "Condition": {"StringEquals": {"AWS:SourceAccount": ACCOUNT}},
        }
    ]
    rotated.forbid()
    assert refusal(rotated.forbid)[0] == "ResourceNotFoundException"
    assert refusal(rotated.lambdas.get_policy, **about)[0] == "ResourceNotFoundException"


def test_a_version_has_one_value(rotated: Rotated) -> None:
    token = str(uuid.uuid4())
    put = {"SecretId": rotated.arn, "ClientRequestToken": token, "VersionStages": ["AWSPENDING"]}
    for _ in range(2):
        rotated.secrets.put_secret_value(**put, SecretString="second")
    assert refusal(rotated.secrets.put_secret_value, **put, SecretString="third")[0] == "ResourceExistsException"
    (current,) = [one for one, labels in rotated.labels().items() if labels == ["AWSCURRENT"]]
    stage = {"SecretId": rotated.arn, "VersionStage": "AWSCURRENT", "MoveToVersionId": token}
    rotated.secrets.update_secret_version_stage(**stage, RemoveFromVersionId=current)
    rotated.secrets.put_secret_value(**put, SecretString="second")
    assert rotated.labels() == {current: ["AWSPREVIOUS"], token: ["AWSPENDING", "AWSCURRENT"]}
    assert rotated.secrets.get_secret_value(SecretId=rotated.arn)["SecretString"] == "second"


def test_a_label_that_no_version_has(rotated: Rotated) -> None:
    assert refusal(rotated.secrets.get_secret_value, SecretId=rotated.arn, VersionStage="AWSPENDING") == (
        "ResourceNotFoundException",
        "Secrets Manager can't find the specified secret value for staging label: AWSPENDING",
    )


def test_a_label_leaves_only_the_version_that_is_named(rotated: Rotated) -> None:
    put = {"SecretId": rotated.arn, "SecretString": "second", "VersionStages": ["AWSPENDING"]}
    version = rotated.secrets.put_secret_value(**put)["VersionId"]
    (current,) = [one for one, labels in rotated.labels().items() if labels == ["AWSCURRENT"]]
    stage = {"SecretId": rotated.arn, "VersionStage": "AWSPENDING"}
    update = rotated.secrets.update_secret_version_stage
    assert refusal(update, **stage, MoveToVersionId=current)[0] == "InvalidParameterException"
    update(**stage, MoveToVersionId=current, RemoveFromVersionId=version)
    assert rotated.labels() == {current: ["AWSCURRENT", "AWSPENDING"]}
