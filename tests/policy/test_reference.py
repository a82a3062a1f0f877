"""Against AWS's Service Authorization Reference: on what an action has to be allowed, and which tags narrow it."""

from __future__ import annotations

from fnmatch import fnmatchcase

import pytest

from provision.aws.local.permissions import Request, allowed
from provision.policy.document import document
from provision.policy.scope import Place

PLACE = Place(partition="aws", account="123456789012", region="eu-west-1", stack="lambda-rds")
REQUIRED = {
    "ec2:AttachInternetGateway": ("internet-gateway/igw-1", "vpc/vpc-1"),
    "ec2:CreateRouteTable": ("route-table/rtb-1", "vpc/vpc-1"),
    "ec2:CreateSubnet": ("subnet/subnet-1", "vpc/vpc-1"),
    "ec2:CreateVpcEndpoint": ("vpc-endpoint/vpce-1", "vpc/vpc-1"),
    "ec2:DetachInternetGateway": ("internet-gateway/igw-1", "vpc/vpc-1"),
    "rds:CreateDBSnapshot": ("db:lambda-rds-database", "snapshot:last"),
    "rds:DeregisterDBProxyTargets": ("cluster:x", "db:x", "db-proxy:prx-1", "target-group:prx-tg-1"),
}
"""Of the actions for which it marks several types of resource as required, one of each."""


NO_RESOURCE = ("logs:DescribeLogGroups", "rds:CreateDBProxy", "secretsmanager:GetRandomPassword", "iam:ListRoles")
"""Actions without a type, which are allowed on everything or not at all."""


@pytest.mark.parametrize("action", REQUIRED)
def test_an_action_is_allowed_on_each_required_type(action: str) -> None:
    patterns = [
        pattern
        for statement in document("all", PLACE)["Statement"]
        for pattern in statement["Resource"]
        if action in statement["Action"]
    ]
    for resource in REQUIRED[action]:
        arn = f"arn:aws:{action.partition(':')[0]}:eu-west-1:123456789012:{resource}"
        assert any(fnmatchcase(arn, pattern) for pattern in patterns), arn


@pytest.mark.parametrize("action", NO_RESOURCE)
def test_an_action_without_types_is_allowed_on_everything(action: str) -> None:
    named = [one["Resource"] for one in document("all", PLACE)["Statement"] if action in one["Action"]]
    assert named == [["*"]]


@pytest.mark.parametrize("command", ["up", "enable-proxy", "doctor-fix", "all"])
def test_no_other_stacks_proxy_may_be_given_this_stacks_tag(command: str) -> None:
    """With that tag it could be deleted. One that is only being made has no tags yet."""
    policy = document(command, PLACE)

    def may(tags: dict[str, str]) -> bool:
        context = {"aws:RequestTag/provision:stack": "lambda-rds", **tags}
        arn = "arn:aws:rds:eu-west-1:123456789012:db-proxy:prx-1"
        return allowed([policy], Request(action="rds:AddTagsToResource", resource=arn, principal="", context=context))

    assert may({})
    assert may({"aws:ResourceTag/provision:stack": "lambda-rds"})
    assert not may({"aws:ResourceTag/provision:stack": "another"})
