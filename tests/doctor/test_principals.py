"""Whom a policy speaks of, and on what conditions, as AWS reads it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.picture import Auth, Picture, Target
from provision.doctor.probe import Probe, Step
from tests.doctor.changed import BY_NAT, network, proxy, secret, table
from tests.doctor.pictures import ALL, ARN, HEALTHY, PROXIED, PROXY_ROLE, ROLE, TRUST
from tests.doctor.test_policies import ALLOW, DENY, READ, found_in, holding, may, reads, when

ACCOUNT = "arn:aws:iam::123456789012:root"
SESSION = "arn:aws:sts::123456789012:assumed-role/f/f"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"


@pytest.mark.parametrize("account", [ACCOUNT, "123456789012"])
def test_an_account_is_trusted_to_allow_by_its_own_policies_and_denied_with_all_that_is_in_it(account: str) -> None:
    """IAM User Guide, "AWS account principals": naming one delegates; in it somebody must still allow the role."""
    assert not reads(own={**ALLOW, "Principal": {"AWS": account}})
    assert reads(ALLOW, own={**ALLOW, "Principal": {"AWS": account}})
    assert not reads(ALLOW, own={**DENY, "Principal": {"AWS": account}})


def test_a_session_of_the_role_is_the_role() -> None:
    assert reads(own={**ALLOW, "Principal": {"AWS": SESSION}})
    assert not reads(own={**ALLOW, "Principal": {"AWS": SESSION.replace("/f/", "/g/")}})


@pytest.mark.parametrize(
    ("spared", "passes"),
    [
        ([ROLE.arn, ACCOUNT], True),
        ([SESSION, ROLE.arn, ACCOUNT], True),
        ([SESSION], True),
        ("*", True),
        (["arn:aws:iam::123456789012:role/g", ACCOUNT], False),
        (ACCOUNT, False),
    ],
)
def test_not_principal_denies_all_but_those_that_it_names(spared: Any, passes: bool) -> None:  # noqa: FBT001 - a column
    """IAM User Guide, "NotPrincipal": the account of a role that is spared has to be named beside it."""
    assert reads(ALLOW, own={**DENY, "NotPrincipal": {"AWS": spared}}) is passes


@pytest.mark.parametrize(
    ("operator", "value", "passes"),
    [
        ("StringEquals", "arn:aws:iam::123456789012:role/*", False),
        ("StringLike", "arn:aws:iam::123456789012:role/*", True),
        ("ArnEquals", "arn:aws:iam::123456789012:role/*", True),
        ("StringEquals", ROLE.arn, True),
    ],
)
def test_a_star_is_a_mere_character_where_equality_is_asked_for(operator: str, value: str, passes: bool) -> None:  # noqa: FBT001 - a column
    """IAM User Guide, "String condition operators": StringEquals is exact matching; Arn operators take wildcards."""
    assert reads(ALLOW | when(operator, "aws:PrincipalArn", value)) is passes
    opposite = operator.replace("String", "StringNot").replace("Arn", "ArnNot")
    assert reads(ALLOW, DENY | when(opposite, "aws:PrincipalArn", value)) is passes


@pytest.mark.parametrize("action", ["sts:*", "sts:Assume*", "*", ["sts:TagSession", "STS:assumerole"]])
def test_a_trust_policy_may_name_actions_by_wildcards(action: Any) -> None:
    trust = {"Statement": {**TRUST["Statement"], "Action": action}}
    assert found_in(holding(HEALTHY, ROLE, trust=trust)) == []


def test_the_right_to_make_interfaces_may_be_for_interfaces_alone() -> None:
    """Service authorization reference: Describe… takes no resource; the other two take network interfaces."""
    narrow: list[dict[str, Any]] = [
        {"Effect": "Allow", "Action": "ec2:DescribeNetworkInterfaces", "Resource": "*"},
        {
            "Effect": "Allow",
            "Action": ["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface"],
            "Resource": "arn:aws:ec2:eu-west-1:123456789012:*/*",
        },
    ]
    rest = may("secretsmanager:*", "logs:*")
    assert found_in(holding(HEALTHY, ROLE, policies={**rest, "narrow": {"Statement": narrow}})) == []
    elsewhere = [narrow[0], {**narrow[1], "Resource": "arn:aws:ec2:us-east-1:123456789012:*/*"}]
    assert found_in(holding(HEALTHY, ROLE, policies={**rest, "narrow": {"Statement": elsewhere}})) == [
        "role.interfaces"
    ]


def test_the_key_is_the_cause_where_secrets_manager_says_so() -> None:
    """Its own refusal names no key: "Access to KMS is not allowed"."""
    locked = secret(holding(HEALTHY, ROLE, policies=may("secretsmanager:*", "ec2:*", "logs:*")), key=KEY)
    refused = Step(name="secret", ok=False, ms=9.0, code="AccessDeniedException", text="Access to KMS is not allowed")
    root = diagnose(replace(locked, probe=Probe(steps=(refused,)))).root
    assert root is not None
    assert root.id == "secret.key"


def keyless(state: str) -> Picture:
    """The proxy's role may read the secret and not use its key."""
    shut = holding(PROXIED, PROXY_ROLE, policies=may(READ))
    health = Target(database="db", state=state, reason="AUTH_FAILURE" if state == "UNAVAILABLE" else "", description="")
    return secret(proxy(shut, targets=(health,), auth=(Auth(secret=ARN, iam="DISABLED"),)), key=KEY)


def test_the_proxys_role_needs_the_key_as_well() -> None:
    assert "proxy.key" in found_in(keyless("UNAVAILABLE"))
    assert found_in(keyless("AVAILABLE")) == [], "it has read the secret, so the key's own policy lets it"
    assert "proxy.key" not in found_in(holding(keyless("UNAVAILABLE"), PROXY_ROLE, policies={"all": ALL}))


def guarded(picture: Picture, operator: str, key: str, value: str, effect: str = "Deny") -> list[str]:
    """The findings where the secret's own policy goes by where a request comes from."""
    bare = holding(picture, ROLE, policies=may("ec2:*", "logs:*")) if effect == "Allow" else picture
    own = {**DENY, "Effect": effect, "Principal": "*"} | when(operator, key, value)
    return found_in(secret(bare, policy={"Statement": own}))


@pytest.mark.parametrize(
    ("picture", "operator", "key", "value", "refused"),
    [
        (HEALTHY, "StringNotEquals", "aws:SourceVpce", "vpce-1", False),
        (HEALTHY, "StringNotEquals", "aws:SourceVpce", "vpce-former", True),
        (HEALTHY, "StringNotEquals", "aws:SourceVpc", "vpc-1", False),
        (BY_NAT, "StringNotEquals", "aws:SourceVpce", "vpce-1", True),
        (BY_NAT, "StringNotEquals", "aws:SourceVpc", "vpc-1", True),
        (BY_NAT, "StringNotEqualsIfExists", "aws:SourceVpc", "vpc-1", True),
        (BY_NAT, "StringEquals", "aws:SourceVpc", "vpc-1", False),
        (BY_NAT, "StringEqualsIfExists", "aws:SourceVpc", "vpc-1", True),
        (network(BY_NAT, tables=(table("subnet-a", "tgw-1"),)), "StringNotEquals", "aws:SourceVpce", "vpce-1", False),
    ],
)
def test_only_what_comes_through_an_endpoint_comes_from_a_vpc(
    picture: Picture,
    operator: str,
    key: str,
    value: str,
    refused: bool,  # noqa: FBT001 - a column
) -> None:
    """IAM User Guide: a negated operator holds where the key is absent, and with IfExists every operator does."""
    assert guarded(picture, operator, key, value) == (["secret.denied"] if refused else [])


def test_a_secret_for_one_vpc_alone_is_not_for_whoever_comes_by_the_internet() -> None:
    assert guarded(HEALTHY, "StringEquals", "aws:SourceVpc", "vpc-1", effect="Allow") == []
    assert guarded(BY_NAT, "StringEquals", "aws:SourceVpc", "vpc-1", effect="Allow") == ["secret.denied"]


def test_an_endpoints_policy_delegates_nothing() -> None:
    document = {"Statement": {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "*", "Resource": "*"}}
    endpoint = replace(HEALTHY.network.endpoints[0], policy=json.dumps(document))
    assert found_in(network(endpoints=(endpoint,))) == []


@pytest.mark.parametrize(
    ("resource", "may_read"),
    [
        ("arn:aws:secretsmanager:*:${aws:PrincipalAccount}:secret:*", True),
        ("arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team}-*", True),
        ("arn:aws:secretsmanager:us-east-1:${aws:PrincipalAccount}:secret:*", False),
    ],
)
def test_a_variable_in_a_resource_stands_for_its_value(resource: str, may_read: bool) -> None:  # noqa: FBT001 - a column
    assert reads({**ALLOW, "Resource": resource}) is may_read


def test_a_denial_by_a_variable_that_is_not_known_is_not_sure() -> None:
    by_tag = "arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/team}*"
    assert reads(ALLOW, {**DENY, "Resource": by_tag})
    assert not reads(ALLOW, {**DENY, "Resource": "arn:aws:secretsmanager:*:${aws:PrincipalAccount}:*"})
