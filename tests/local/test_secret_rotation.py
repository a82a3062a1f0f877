"""Rotation of a secret on the local AWS: the account's own function carries it out, after the answer."""

from __future__ import annotations

import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from provision.aws import local
from tests.local.conftest import Client, clients
from tests.local.rotation import RIGHTS, STEPS, Rotated, refusal
from tests.local.runtime import gone
from tests.waiting import until


@pytest.fixture
def rotated(aws: Client) -> Rotated:
    """One that Secrets Manager may rotate."""
    one = Rotated(aws)
    one.permit()
    return one


def test_a_rotation_calls_the_function_with_each_step_after_the_answer(rotated: Rotated) -> None:
    rotated.environment(SLEEP="1")
    before = next(iter(rotated.labels()))
    token = rotated.rotate()
    assert rotated.labels() == {before: ["AWSCURRENT"], token: ["AWSPENDING"]}
    get = rotated.secrets.get_secret_value
    assert refusal(get, SecretId=rotated.arn, VersionId=token) == (
        "ResourceNotFoundException",
        f"Secrets Manager can't find the specified secret value for VersionId: {token}",
    )
    until(lambda: "LastRotatedDate" in rotated.described())
    assert rotated.steps() == STEPS
    for event in rotated.events():
        assert (event["SecretId"], event["ClientRequestToken"]) == (rotated.arn, token)
        assert event["labels"] == ["AWSPENDING"]
    assert rotated.labels() == {before: ["AWSPREVIOUS"], token: ["AWSPENDING", "AWSCURRENT"]}
    value = rotated.secrets.get_secret_value(SecretId=rotated.arn)
    assert (value["VersionId"], value["SecretString"]) == (token, rotated.lines("tested")[0])
    assert value["SecretString"] != "first"


def test_another_may_follow(rotated: Rotated) -> None:
    first = rotated.rotate()
    until(lambda: "LastRotatedDate" in rotated.described())
    second = str(rotated.secrets.rotate_secret(SecretId=rotated.arn)["VersionId"])
    until(lambda: "AWSCURRENT" in rotated.labels()[second])
    assert rotated.labels()[first] == ["AWSPREVIOUS"]


def test_the_same_token_again_is_no_second_rotation(rotated: Rotated) -> None:
    token = str(uuid.uuid4())
    assert {rotated.rotate(ClientRequestToken=token) for _ in range(2)} == {token}
    until(lambda: "LastRotatedDate" in rotated.described())
    assert rotated.rotate(ClientRequestToken=token) == token
    time.sleep(0.3)
    assert rotated.steps() == STEPS


def test_without_a_rotation_now_the_function_tests_the_present_value(rotated: Rotated) -> None:
    rotated.environment(SLEEP="1")
    before = rotated.labels()
    token = rotated.rotate(RotateImmediately=False)
    assert rotated.labels() == {**before, token: ["AWSPENDING"]}
    until(lambda: rotated.labels() == before)
    assert rotated.steps() == ["testSecret"]
    assert rotated.lines("tested") == ["first"]
    told = rotated.described()
    assert told["RotationEnabled"]
    assert "LastRotatedDate" not in told


def test_a_test_that_fails_leaves_no_version_either(rotated: Rotated) -> None:
    rotated.environment(FAIL="testSecret")
    before = rotated.labels()
    rotated.rotate(RotateImmediately=False)
    rotated.until_steps("testSecret")
    until(lambda: rotated.labels() == before)


def test_the_settings_are_told_and_stay_when_a_later_call_leaves_them_out(rotated: Rotated) -> None:
    assert "RotationEnabled" not in rotated.described()
    rotated.rotate(RotateImmediately=False)
    until(lambda: len(rotated.labels()) == 1)
    rotated.secrets.rotate_secret(SecretId=rotated.arn)
    until(lambda: "LastRotatedDate" in rotated.described())
    told = rotated.described()
    assert (told["RotationEnabled"], told["RotationLambdaARN"]) == (True, rotated.function)
    assert told["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert told["LastRotatedDate"] <= datetime.now(UTC)
    assert timedelta(30) <= told["NextRotationDate"] - told["LastRotatedDate"] <= timedelta(31)


def test_a_step_that_fails_ends_it_and_it_stays_pending(rotated: Rotated) -> None:
    rotated.environment(FAIL="setSecret")
    token = rotated.rotate()
    rotated.until_steps("createSecret", "setSecret")
    time.sleep(1)
    assert rotated.labels()[token] == ["AWSPENDING"]
    assert "LastRotatedDate" not in rotated.described()
    assert rotated.secrets.get_secret_value(SecretId=rotated.arn)["SecretString"] == "first"
    rotated.environment()
    assert refusal(rotated.rotate) == (
        "InvalidRequestException",
        "A previous rotation isn't complete. That rotation will be reattempted.",
    )
    rotated.until_steps("createSecret", "setSecret", *STEPS)
    assert "AWSCURRENT" in rotated.labels()[token]


@pytest.mark.parametrize(
    ("lacking", "comes_to"),
    [("DescribeSecret", []), ("PutSecretValue", STEPS[:1]), ("UpdateSecretVersionStage", STEPS)],
)
def test_the_function_may_do_what_its_role_may(rotated: Rotated, lacking: str, comes_to: list[str]) -> None:
    rotated.grant(*(one for one in RIGHTS if one != lacking))
    token = rotated.rotate()
    until(lambda: any(f"secretsmanager:{lacking}" in line for line in rotated.lines("[ERROR]")))
    assert rotated.steps() == comes_to
    assert rotated.labels()[token] == ["AWSPENDING"]


def test_cancelled_it_is_off_and_its_settings_are_still_told(rotated: Rotated) -> None:
    rotated.environment(FAIL="setSecret")
    token = rotated.rotate()
    rotated.until_steps("createSecret", "setSecret")
    assert rotated.secrets.cancel_rotate_secret(SecretId=rotated.arn)["VersionId"] == token
    told = rotated.described()
    assert told["RotationEnabled"] is False
    assert told["RotationRules"] == {"AutomaticallyAfterDays": 30}
    assert not {"NextRotationDate", "LastRotatedDate"} & told.keys()
    assert rotated.labels()[token] == ["AWSPENDING"]
    rotated.environment()
    assert refusal(rotated.rotate)[0] == "InvalidRequestException"
    stage = {"VersionStage": "AWSPENDING", "RemoveFromVersionId": token}
    rotated.secrets.update_secret_version_stage(SecretId=rotated.arn, **stage)
    assert token not in rotated.labels()
    again = rotated.rotate()
    until(lambda: "AWSCURRENT" in rotated.labels()[again])


def test_what_is_under_way_ends_with_the_server_and_goes_on_with_the_next(folder: Path) -> None:
    endpoint = local.ensure(folder)
    rotated = Rotated(clients(endpoint.url))
    rotated.permit()
    rotated.environment(SLEEP="8")
    token = rotated.rotate()
    until(lambda: any(one.what.startswith("function ") for one in local.status(folder).processes))
    pids = [one.pid for one in local.status(folder).processes]
    before = rotated.described()
    local.stop(folder)
    assert all(pid and gone(pid) for pid in [endpoint.pid, *pids])
    rotated.connect(clients(local.ensure(folder).url))
    assert rotated.described() | {"ResponseMetadata": 0} == before | {"ResponseMetadata": 0}
    rotated.environment()
    until(lambda: "LastRotatedDate" in rotated.described())
    assert rotated.labels()[token] == ["AWSPENDING", "AWSCURRENT"]
