"""The password's rotation over a stack's life: switched on, changed, switched off, and somebody else's."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.fresh import STATE, Provision, settings
from tests.policies import trust
from tests.served import Served
from tests.stage import stage
from tests.zipped import zipped

NAME = "lambda-rds/database"
WEEKLY = "[database]\nrotation_days = 7\n"


def secret(cloud: Served) -> dict[str, Any]:
    told: dict[str, Any] = cloud.client("secretsmanager").describe_secret(SecretId=NAME)
    return told


def changing(cloud: Served) -> list[str]:
    return [call["action"] for call in cloud.manners.calls() if call["mutating"]]


def theirs(cloud: Served) -> str:
    """The ARN of somebody else's function, which rotates the secret from now on."""
    document = json.dumps(trust("lambda"))
    role = cloud.client("iam").create_role(RoleName="theirs", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    arn: str = cloud.client("lambda").create_function(
        FunctionName="theirs", Runtime="python3.13", Role=role, Handler="index.handler", Code={"ZipFile": zipped("")}
    )["FunctionArn"]
    rotate_by(cloud, arn, days=90, FunctionName="theirs")
    return arn


def rotate_by(cloud: Served, arn: str, *, days: int, **function: str) -> None:
    """What somebody does by hand who has the secret rotated by a function; `function` names it to Lambda."""
    cloud.client("lambda").add_permission(
        StatementId="rotate", Action="lambda:InvokeFunction", Principal="secretsmanager.amazonaws.com", **function
    )
    cloud.client("secretsmanager").rotate_secret(
        SecretId=NAME,
        RotationLambdaARN=arn,
        RotationRules={"AutomaticallyAfterDays": days},
        RotateImmediately=False,
    )


def test_another_number_of_days_is_one_call(cloud: Served, provision: Provision) -> None:
    settings(WEEKLY)
    provision("up").well()
    settings("[database]\nrotation_days = 14\n")
    assert "schedule: every 7 days -> every 14 days" in provision("plan").well().out
    cloud.manners.reset_calls()
    provision("up").well()
    assert changing(cloud) == ["RotateSecret"]
    assert secret(cloud)["RotationRules"] == {"AutomaticallyAfterDays": 14}
    assert "LastRotatedDate" not in secret(cloud), "a new schedule is no reason for a new password"
    provision("plan", "--detailed-exitcode").well()


def test_while_its_secret_waits_for_its_deletion_it_is_neither_made_nor_in_the_way(
    cloud: Served, provision: Provision
) -> None:
    """AWS: it comes back with the secret, and cannot be cancelled before that."""
    settings(WEEKLY)
    provision("up").well()
    made = cloud.census()
    cloud.client("secretsmanager").delete_secret(SecretId=NAME)
    plan = provision("--output", "json", "plan").well().document["plan"]
    assert [(one["key"], one["verb"]) for one in plan if one["verb"] != "leave"] == [("secret", "change")]
    provision("up").well()
    assert cloud.census() == made
    cloud.client("secretsmanager").delete_secret(SecretId=NAME)
    cloud.manners.reset_calls()
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    assert "CancelRotateSecret" not in changing(cloud)
    assert cloud.census() == []


def test_switched_off_nothing_of_it_is_left(cloud: Served, provision: Provision) -> None:
    """With the state file lost, too."""
    provision("up").well()
    plain = [one["name"] for one in cloud.census()]
    settings(WEEKLY)
    provision("up").well()
    assert secret(cloud)["RotationEnabled"]
    STATE.unlink()
    settings("")
    told = provision("plan", "--detailed-exitcode")
    assert (told.code, "remove   secret's rotation" in told.out) == (7, True), told
    cloud.manners.reset_calls()
    provision("up").well()
    assert secret(cloud)["RotationEnabled"] is False
    assert changing(cloud)[0] == "CancelRotateSecret", "one that begins meanwhile may read and write to its end"
    assert [one["name"] for one in cloud.census()] == plain


def test_it_is_switched_off_where_the_secrets_deletion_has_hidden_it(cloud: Served, provision: Provision) -> None:
    settings(WEEKLY)
    provision("up").well()
    cloud.client("secretsmanager").delete_secret(SecretId=NAME)
    STATE.unlink()
    settings("")
    provision("up").well()
    assert secret(cloud)["RotationEnabled"] is False


def test_switched_off_its_interfaces_go_before_its_role(tmp_path: Path) -> None:
    """AWS: Lambda lets go of them as that role, and without it they stay for hours."""
    with stage(tmp_path) as there:
        there.type("up", settings=WEEKLY).well()
        there.account.manners.set({"pace": 1})
        told = there.type("up").well()
        assert "rotation's interfaces removed" in " ".join(told.err.split())
        removed = [call.action for call in there.heard if call.mutating]
        assert removed[-3:] == ["DeleteSecurityGroup", "DeleteRolePolicy", "DeleteRole"]


def test_a_version_of_the_function_by_hand_is_seen_and_put_right(cloud: Served, provision: Provision) -> None:
    """Who may call it is said of the function, not of a version of it; and the next `up`'s code is not in that."""
    settings(WEEKLY)
    provision("up").well()
    arn = cloud.client("lambda").publish_version(FunctionName="lambda-rds-rotation")["FunctionArn"]
    rotate_by(cloud, arn, days=7, FunctionName="lambda-rds-rotation", Qualifier="1")
    assert "function: lambda-rds-rotation:1 -> lambda-rds-rotation" in provision("plan").well().out
    cloud.manners.reset_calls()
    provision("up").well()
    assert changing(cloud) == ["RotateSecret"]
    assert secret(cloud)["RotationLambdaARN"].endswith(":lambda-rds-rotation")


def test_what_a_cancelled_rotation_has_left_is_told_at_once(cloud: Served, provision: Provision) -> None:
    """AWS begins no other one, however long one waits (API reference, RotateSecret and CancelRotateSecret)."""
    provision("up").well()
    client = cloud.client("secretsmanager")
    value = client.get_secret_value(SecretId=NAME)["SecretString"]
    made = client.put_secret_value(SecretId=NAME, SecretString=value, VersionStages=["AWSPENDING"])["VersionId"]
    settings(WEEKLY)
    cloud.manners.reset_calls()
    told = provision("up")
    assert (told.code, changing(cloud).count("RotateSecret")) == (4, 1), told
    label = f"--secret-id {NAME} --version-stage AWSPENDING --remove-from-version-id {made}"
    assert f"aws secretsmanager update-secret-version-stage {label}" in told.err
    client.update_secret_version_stage(SecretId=NAME, VersionStage="AWSPENDING", RemoveFromVersionId=made)
    provision("up").well()
    assert secret(cloud)["RotationEnabled"]


def test_it_waits_for_what_aws_does_not_know_yet(cloud: Served, provision: Provision) -> None:
    """The function's policy above all, which Secrets Manager asks about."""
    settings(WEEKLY)
    cloud.manners.set({"pace": 0.02, "consistency_seconds": 0.5})
    provision("up", "--egress", "endpoint").well()
    assert secret(cloud)["RotationEnabled"]
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    cloud.manners.set({"pace": 0, "consistency_seconds": 0})
    assert cloud.census() == []


def test_somebody_elses_rotation_is_neither_replaced_nor_switched_off(cloud: Served, provision: Provision) -> None:
    provision("up").well()
    arn = theirs(cloud)
    cloud.manners.reset_calls()
    provision("up").well()
    STATE.unlink()
    provision("up").well()
    assert changing(cloud) == []

    settings(WEEKLY)
    told = provision("plan")
    assert (told.code, "is rotated by the function theirs already" in told.err) == (4, True), told
    told = provision("up")
    assert told.code == 4
    assert "is rotated by the function theirs already" in told.err
    assert changing(cloud) == [], "said before anything is made"
    assert "database.rotation_days = 0" in told.err
    assert secret(cloud)["RotationLambdaARN"] == arn

    cloud.client("secretsmanager").cancel_rotate_secret(SecretId=NAME)
    provision("up").well()
    assert secret(cloud)["RotationLambdaARN"].endswith(":lambda-rds-rotation")
    settings("")
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    cloud.client("lambda").get_function(FunctionName="theirs")
