"""IAM's decisions, by AWS's own rules for policy documents."""

from __future__ import annotations

from typing import Any

import pytest

from provision.aws.local.permissions import Request, allowed, forbidden

ALLOW: dict[str, Any] = {"Effect": "Allow", "Action": "ec2:Create*", "Resource": "arn:aws:ec2:eu-west-1:1:vpc/*"}
VPC = "arn:aws:ec2:eu-west-1:1:vpc/vpc-1"


def decided(*statements: dict[str, Any], **asked: Any) -> bool:
    request = Request(**{"action": "ec2:CreateVpc", "resource": VPC, **asked})
    return allowed([{"Statement": list(statements)}], request)


def test_nothing_is_allowed_that_nothing_allows() -> None:
    assert not decided()
    assert not decided(ALLOW, action="ec2:DeleteVpc")
    assert not decided(ALLOW, resource="arn:aws:ec2:eu-west-1:2:vpc/vpc-1")


def test_actions_are_compared_in_any_case_and_resources_are_not() -> None:
    assert decided(ALLOW, action="EC2:createvpc")
    assert not decided(ALLOW, resource=VPC.upper())


def test_a_deny_wins_wherever_it_stands() -> None:
    deny = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    assert decided(ALLOW)
    assert not decided(ALLOW, deny)
    assert not decided(deny, ALLOW)
    assert forbidden({"Statement": {**deny, "Principal": "*"}}, Request(action="x:Y", principal="somebody"))


def test_not_action_and_not_resource_are_about_all_others() -> None:
    assert decided({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})
    assert not decided({"Effect": "Allow", "NotAction": "ec2:*", "Resource": "*"})
    assert not decided({"Effect": "Allow", "Action": "*", "NotResource": VPC})


@pytest.mark.parametrize(
    ("condition", "context", "met"),
    [
        ({"StringEquals": {"aws:RequestTag/a": "1"}}, {"aws:RequestTag/a": "1"}, True),
        ({"StringEquals": {"aws:requesttag/a": ["2", "1"]}}, {"aws:RequestTag/a": "1"}, True),
        ({"StringEquals": {"aws:RequestTag/a": "1"}}, {}, False),
        ({"StringEqualsIfExists": {"aws:RequestTag/a": "1"}}, {}, True),
        ({"StringEqualsIfExists": {"aws:RequestTag/a": "1"}}, {"aws:RequestTag/a": "2"}, False),
        ({"StringNotEquals": {"a": "1"}}, {}, True),
        ({"StringNotEquals": {"a": ["1", "2"]}}, {"a": "2"}, False),
        ({"StringLike": {"a": "x-*"}}, {"a": "x-1"}, True),
        ({"StringLike": {"a": "[x]"}}, {"a": "x"}, False),
        ({"ArnLike": {"a": "arn:aws:rds:*:1:db:*"}}, {"a": "arn:aws:rds:eu-west-1:1:db:one"}, True),
        ({"ArnLike": {"a": "arn:aws:rds:*:db:*"}}, {"a": "arn:aws:rds:eu-west-1:1:db:one"}, False),
        ({"ArnNotLike": {"a": "arn:aws:iam::1:role/*"}}, {"a": "arn:aws:iam::1:user/x"}, True),
        ({"Null": {"a": "true"}}, {}, True),
        ({"Null": {"a": "false"}}, {"a": "x"}, True),
        ({"Bool": {"a": "false"}}, {"a": "false"}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a"]}, True),
        ({"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}}, {"aws:TagKeys": ["a", "c"]}, False),
        ({"ForAnyValue:StringEquals": {"aws:TagKeys": ["c"]}}, {"aws:TagKeys": ["a", "c"]}, True),
        ({"StringEquals": {"a": "1"}, "StringLike": {"b": "*"}}, {"a": "1"}, False),
    ],
)
def test_conditions(condition: dict[str, Any], context: dict[str, Any], met: bool) -> None:  # noqa: FBT001 - a column
    assert decided({**ALLOW, "Condition": condition}, context=context) is met
