"""Whoever runs `up` becomes a reader of the secret, beside those who did so before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto import mock_aws

from provision import blueprint
from provision.names import Names
from provision.resources.secretsmanager.readers import of_caller
from provision.settings import Database, Settings
from tests.resources.harness import ACCOUNT, NAME, REGION, Account

STS = f"arn:aws:sts::{ACCOUNT}"
IAM = f"arn:aws:iam::{ACCOUNT}"


def managers(account: Account) -> list[str]:
    policy = json.loads(
        account.outside("secretsmanager").get_resource_policy(SecretId=f"{NAME}/database")["ResourcePolicy"]
    )
    listed = policy["Statement"][1]["Condition"]["StringNotLike"]["aws:PrincipalArn"]
    return [listed] if isinstance(listed, str) else list(listed)


@pytest.mark.parametrize(
    ("caller", "principals"),
    [
        (f"{IAM}:user/team/ann", [f"{IAM}:user/team/ann"]),
        (f"{IAM}:root", [f"{IAM}:root"]),
        (f"{STS}:assumed-role/ci/run-7", [f"{IAM}:role/ci", f"{IAM}:role/*/ci"]),
        ("arn:aws-us-gov:sts::1:assumed-role/x/y", ["arn:aws-us-gov:iam::1:role/x", "arn:aws-us-gov:iam::1:role/*/x"]),
        ("", []),
    ],
)
def test_a_caller_is_known_as_policies_name_it(caller: str, principals: list[str]) -> None:
    assert of_caller(caller) == principals


def test_callers_are_added_and_stay_and_what_is_wider_goes(tmp_path: Any) -> None:
    steps = [blueprint.wanted(Settings(), Names(stack=NAME, region=REGION), proxy=False)["secret"]]
    with mock_aws():
        account = Account(tmp_path, caller=f"{IAM}:user/ann")
        account.up(steps)
        account.caller = f"{STS}:assumed-role/ci/run-7"
        assert [str(change) for change in account.look(steps)["secret"].changes] == [
            "resource policy: without you -> with you, too"
        ]
        account.up(steps)
        assert managers(account) == sorted([f"{IAM}:role/*/ci", f"{IAM}:role/ci", f"{IAM}:user/ann"])
        account.caller = f"{IAM}:user/ann"
        account.up(steps)
        assert account.sent == [], "an earlier caller changes nothing"
        secrets = account.outside("secretsmanager")
        policy = json.loads(secrets.get_resource_policy(SecretId=f"{NAME}/database")["ResourcePolicy"])
        policy["Statement"][1]["Condition"]["StringNotLike"]["aws:PrincipalArn"].append(f"{IAM}:role/*")
        secrets.put_resource_policy(SecretId=f"{NAME}/database", ResourcePolicy=json.dumps(policy))
        account.up(steps)
        assert account.sent == ["PutResourcePolicy"]
        assert managers(account) == sorted([f"{IAM}:role/*/ci", f"{IAM}:role/ci", f"{IAM}:user/ann"])


def test_the_account_itself_is_a_reader_anyway(tmp_path: Any) -> None:
    """Whoever works as root is in the policy before and after, whoever else has run `up` meanwhile."""
    steps = [blueprint.wanted(Settings(), Names(stack=NAME, region=REGION), proxy=False)["secret"]]
    with mock_aws():
        account = Account(tmp_path, caller=f"{IAM}:user/ann")
        account.up(steps)
        for caller in (f"{IAM}:root", f"{IAM}:user/ann"):
            account.caller = caller
            account.up(steps)
            assert account.sent == []
        assert managers(account) == [f"{IAM}:user/ann"]


def test_a_reader_may_be_named_as_aws_tells_who_one_is(tmp_path: Any) -> None:
    """`aws sts get-caller-identity` names a session; the policy has to name its role."""
    settings = Settings(database=Database(secret_readers=(f"{STS}:assumed-role/ops/ann", f"{IAM}:role/rotation")))
    with mock_aws():
        account = Account(tmp_path, caller=f"{IAM}:user/ann")
        account.up([blueprint.wanted(settings, Names(stack=NAME, region=REGION), proxy=False)["secret"]])
        policy = json.loads(
            account.outside("secretsmanager").get_resource_policy(SecretId=f"{NAME}/database")["ResourcePolicy"]
        )
    named = set(policy["Statement"][1]["Condition"]["ArnNotLike"]["aws:PrincipalArn"])
    assert {f"{IAM}:role/ops", f"{IAM}:role/*/ops", f"{IAM}:role/rotation"} <= named
    assert not any("assumed-role" in one for one in named)


def anew(value: Any) -> Any:
    """As Secrets Manager writes a policy: a list of one as its one value, values in an order of its own."""
    if isinstance(value, dict):
        return {name: anew(one) for name, one in value.items()}
    if isinstance(value, list):
        values = [anew(one) for one in reversed(value)]
        return values[0] if len(values) == 1 else values
    return value


def test_a_policy_that_aws_has_written_anew_is_no_other_one(tmp_path: Any) -> None:
    steps = [blueprint.wanted(Settings(), Names(stack=NAME, region=REGION), proxy=False)["secret"]]

    def written(told: dict[str, Any]) -> None:
        if "ResourcePolicy" in told:
            told["ResourcePolicy"] = json.dumps(anew(json.loads(told["ResourcePolicy"])))

    with mock_aws():
        account = Account(tmp_path, caller=f"{IAM}:user/ann")
        account.rewrite("GetResourcePolicy", written)
        for _ in range(2):
            account.up(steps)
        assert account.sent == []
