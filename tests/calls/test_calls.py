"""How many calls each command makes: numbers, not times. A call more is a decision, and changes a number here."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import boto3
import pytest

from tests.command import typed
from tests.served import Served, served

REGION = "us-east-1"
AGAIN = {"up": 25, "plan": 24, "status": 24, "outputs": 8, "invoke": 3}
"""Calls of each command when there is nothing to do, none of which changes anything."""
WITH_PROXY = {"up": 32, "plan": 31, "status": 31}
"""The proxy, its role with its policy, its pool, its target and its tags."""


class Place:
    """An account over HTTP, and command lines about it."""

    def __init__(self, here: Served, folder: Path) -> None:
        self.here = here
        self.folder = folder
        self.client = cache(partial(boto3.client, endpoint_url=here.url, region_name=REGION))

    def calls(self, *words: str) -> list[dict[str, Any]]:
        """The calls of one command line, which ends well."""
        self.here.manners.reset_calls()
        typed("--target", "aws", "--region", REGION, "--state-dir", str(self.folder), *words).well()
        return [call for call in self.here.manners.calls() if call["n"]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """With a stack in it that is as it should be."""
    with served(tmp_path_factory.mktemp("account")) as here, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", here.url)
        one = Place(here, tmp_path_factory.mktemp("state"))
        one.calls("up")
        yield one


def changing(calls: list[dict[str, Any]]) -> list[str]:
    """That were carried out; a refusal that time cures is asked again."""
    return [call["action"] for call in calls if call["mutating"] and call["status"] < 400]


@pytest.mark.parametrize(("command", "count"), AGAIN.items())
def test_a_command_with_nothing_to_do(place: Place, command: str, count: int) -> None:
    calls = place.calls(command)
    assert changing(calls) == []
    assert len(calls) == count, sorted(call["action"] for call in calls)


def test_no_question_is_asked_twice(place: Place) -> None:
    """But for two attributes of the VPC, which AWS tells one at a time, and the default group, found by its name."""
    actions = [call["action"] for call in place.calls("up")]
    twice = {action for action in actions if actions.count(action) > 1}
    assert twice <= {"DescribeVpcAttribute", "DescribeSecurityGroups", "ListTagsForResource"}
    assert actions.count("ListTagsForResource") == 3, "subnet group, parameter group and log group"


def test_a_permissions_boundary_costs_no_question(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """The role's description tells it."""
    monkeypatch.setenv("PROVISION_IAM_PERMISSIONS_BOUNDARY", "arn:aws:iam::123456789012:policy/limit")
    assert changing(place.calls("up")) == ["PutRolePermissionsBoundary"]
    assert len(place.calls("up")) == AGAIN["up"]
    monkeypatch.delenv("PROVISION_IAM_PERMISSIONS_BOUNDARY")
    assert len(place.calls("up")) == AGAIN["up"]


@pytest.mark.parametrize("command", ["status", "up"])
def test_an_account_out_of_reach_is_told_after_the_first_call(
    place: Place, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    """Also where the state file knows the stack: no step is looked at again and again."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    told = typed("--target", "aws", "--region", REGION, "--state-dir", str(place.folder), command)
    assert told.code == 5
    assert told.err.startswith("Error: AWS does not answer.")


def test_the_proxy_and_the_way_back(place: Place) -> None:
    on = changing(place.calls("enable-proxy"))
    assert len(on) == len(CHANGES_ON), sorted(on)
    assert sorted(on) == sorted(CHANGES_ON)
    assert on[-1] == "UpdateFunctionConfiguration", "the switch comes last"
    for command, count in WITH_PROXY.items():
        calls = place.calls(command)
        assert len(calls) == count, (command, sorted(call["action"] for call in calls))
    off = changing(place.calls("disable-proxy"))
    assert sorted(off) == sorted(CHANGES_OFF)
    assert off[0] == "UpdateFunctionConfiguration", "nothing of the proxy goes before the switch"


def test_a_stack_is_made_and_removed_with_so_many_changes(place: Place, tmp_path: Path) -> None:
    other = Place(place.here, tmp_path)
    up = other.calls("--name", "second", "up")
    assert len(changing(up)) == MADE, sorted(changing(up))
    assert len(up) <= MADE + 130, "reads: three for each thing that is made"
    down = other.calls("--name", "second", "teardown", "--yes", "--skip-final-snapshot")
    assert len(changing(down)) == REMOVED, sorted(changing(down))
    assert len(down) <= REMOVED + 150


@pytest.mark.long
def test_other_peoples_stacks_cost_no_call(place: Place) -> None:
    """1, 10 and 100 of them: beside quotas, which are counted before anything is made, we ask for our own."""
    before = {command: len(place.calls(command)) for command in ("up", "plan", "status")}
    made = 0
    for others in (1, 10, 100):
        for number in range(made, others):
            _other_stack(place, f"other-{number:03d}")
        made = others
        assert {command: len(place.calls(command)) for command in before} == before


MADE, REMOVED = 45, 33
CHANGES_ON = (
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "AuthorizeSecurityGroupIngress",
    "CreateDBProxy",
    "CreateRole",
    "CreateSecurityGroup",
    "ModifyDBProxyTargetGroup",
    "PutRolePolicy",
    "RegisterDBProxyTargets",
    "RevokeSecurityGroupEgress",
    "UpdateFunctionConfiguration",
)
CHANGES_OFF = (
    "DeleteDBProxy",
    "DeleteRole",
    "DeleteRolePolicy",
    "DeleteSecurityGroup",
    "DeregisterDBProxyTargets",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RevokeSecurityGroupIngress",
    "UpdateFunctionConfiguration",
)


def _other_stack(place: Place, name: str) -> None:
    tags: Any = [{"Key": "provision:stack", "Value": name}]
    ec2 = place.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16", TagSpecifications=[{"ResourceType": "vpc", "Tags": tags}])
    ec2.create_security_group(VpcId=vpc["Vpc"]["VpcId"], GroupName=f"{name}-function", Description="theirs")
    place.client("iam").create_role(RoleName=f"{name}-us-east-1-function", AssumeRolePolicyDocument="{}", Tags=tags)
    place.client("secretsmanager").create_secret(Name=f"{name}/database", SecretString="{}", Tags=tags)
    place.client("logs").create_log_group(logGroupName=f"/aws/lambda/{name}-function")
