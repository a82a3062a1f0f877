"""Policies as other people write them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.picture import Picture, Role
from provision.doctor.policy import evaluate
from provision.doctor.probe import Probe, Step
from tests.doctor.changed import database, function, secret
from tests.doctor.pictures import ALL, ARN, HEALTHY, PROXIED, PROXY_ROLE, ROLE, TRUST


@pytest.mark.parametrize(("account", "found"), [(123456789012, []), (999999999999, ["role.trust"])])
def test_a_condition_may_have_a_number_where_we_write_text(account: int, found: list[str]) -> None:
    condition = {"StringEquals": {"aws:SourceAccount": account}}
    role = replace(ROLE, trust={"Statement": {**TRUST["Statement"], "Condition": condition}})
    picture = replace(HEALTHY, roles={**HEALTHY.roles, ROLE.arn: role})
    assert [one.id for one in diagnose(picture).findings] == found


@pytest.mark.parametrize(("role", "found"), [(ROLE, "secret.denied"), (PROXY_ROLE, "proxy.denied")])
def test_a_boundary_that_the_settings_want_is_to_be_widened_and_not_taken_away(role: Role, found: str) -> None:
    boundary = "arn:aws:iam::123456789012:policy/limit"
    nothing = {"Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}}
    subject = replace(PROXIED.subject, boundary=boundary)
    picture = replace(PROXIED, subject=subject, roles={**PROXIED.roles, role.arn: replace(role, boundary=nothing)})
    (finding,) = [one for one in diagnose(picture).findings if one.id == found]
    assert finding.command == ""
    assert finding.advice == f"Let {boundary} allow secretsmanager:GetSecretValue on the secret."
    (as_it_was,) = [one for one in diagnose(replace(picture, subject=PROXIED.subject)).findings if one.id == found]
    assert as_it_was.command.startswith("aws iam delete-role-permissions-boundary")


READ = "secretsmanager:GetSecretValue"
KNOWN = {"aws:principalaccount": "123456789012", "aws:principalarn": ROLE.arn}
ALLOW = {"Effect": "Allow", "Action": READ, "Resource": ARN}
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def when(operator: str, key: str, value: Any) -> dict[str, Any]:
    return {"Condition": {operator: {key: value}}}


def reads(
    *statements: dict[str, Any], own: dict[str, Any] | None = None, boundary: dict[str, Any] | None = None
) -> bool:
    """Whether a role with these statements reads the secret, which may have a policy of its own."""
    limit = {"Statement": boundary} if boundary else None
    role = replace(ROLE, policies={"p": {"Statement": list(statements)}}, boundary=limit)
    return evaluate(role, READ, ARN, KNOWN, own={"Statement": own} if own else None).allowed


@pytest.mark.parametrize(
    ("statements", "may"),
    [
        ([], False),
        ([ALLOW], True),
        ([ALLOW, DENY], False),
        ([{**ALLOW, "Action": "SecretsManager:getsecretvalue"}], True),
        ([{**ALLOW, "Action": ["s3:*", "secretsmanager:Get*"]}], True),
        ([{**ALLOW, "Resource": ARN[:-6] + "??????"}], True),
        ([{**ALLOW, "Resource": ARN[:-6] + "?????"}], False),
        ([{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}], True),
        ([{"Effect": "Allow", "NotAction": "secretsmanager:*", "Resource": "*"}], False),
        ([{"Effect": "Allow", "Action": "*", "NotResource": ARN}], False),
        ([ALLOW, {"Effect": "Deny", "NotAction": READ, "Resource": "*"}], True),
        ([ALLOW | when("StringEquals", "aws:PrincipalAccount", "123456789012")], True),
        ([ALLOW | when("StringEquals", "aws:PrincipalAccount", ["999999999999"])], False),
        ([ALLOW | when("StringLike", "aws:PrincipalAccount", "1234*")], True),
        ([ALLOW | when("StringLike", "aws:PrincipalAccount", "9*")], False),
        ([ALLOW | when("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/g")], False),
        ([ALLOW | when("StringEquals", "aws:SourceVpc", "vpc-9")], True),
        ([ALLOW | when("IpAddress", "aws:SourceIp", "10.0.0.0/8")], True),
        ([ALLOW, DENY | when("StringNotEquals", "aws:PrincipalAccount", "123456789012")], True),
        ([ALLOW, DENY | when("StringNotEquals", "aws:PrincipalAccount", "999999999999")], False),
        ([ALLOW, DENY | when("StringNotLike", "aws:PrincipalArn", "*:role/f")], True),
        ([ALLOW, DENY | when("StringNotLike", "aws:PrincipalArn", "*:role/g")], False),
        ([ALLOW, DENY | when("ArnNotLike", "aws:PrincipalArn", "*:role/g")], False),
        ([ALLOW, DENY | when("StringEqualsIfExists", "aws:PrincipalAccount", "123456789012")], False),
        ([ALLOW, DENY | when("StringEquals", "aws:SourceVpc", "vpc-9")], True),
        ([ALLOW, DENY | when("BoolIfExists", "aws:SecureTransport", "false")], True),
    ],
)
def test_a_roles_policies_are_read_as_iam_reads_them(statements: list[dict[str, Any]], may: bool) -> None:  # noqa: FBT001 - a column
    assert reads(*statements) is may


@pytest.mark.parametrize(
    ("own", "may"),
    [
        ({**ALLOW, "Principal": "*"}, True),
        ({**ALLOW, "Principal": {"AWS": ROLE.arn}}, True),
        ({**ALLOW, "Principal": {"AWS": f"{ROLE.arn}-other"}}, False),
        ({**ALLOW, "Principal": {"AWS": "arn:aws:iam::999999999999:root"}}, False),
        ({**ALLOW, "Principal": {"Service": "lambda.amazonaws.com"}}, False),
    ],
)
def test_a_secrets_own_policy_is_for_those_that_it_names(own: dict[str, Any], may: bool) -> None:  # noqa: FBT001 - a column
    assert reads(own=own) is may
    assert reads(ALLOW, own=own | {"Effect": "Deny"}) is not may


def test_a_boundary_allows_nothing_by_itself_and_limits_all() -> None:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    assert not reads(boundary=everything)
    assert reads(ALLOW, boundary=everything)
    assert not reads(ALLOW, boundary={**everything, "Action": "logs:*"})
    assert not reads(ALLOW, boundary=DENY)


@pytest.mark.parametrize(
    ("statements", "lets"),
    [
        ([TRUST["Statement"]], True),
        ([{**TRUST["Statement"], "Action": ["sts:TagSession"]}], False),
        ([{**TRUST["Statement"], **when("StringEquals", "aws:SourceAccount", "999999999999")}], False),
        ([TRUST["Statement"], {**TRUST["Statement"], "Effect": "Deny"}], False),
        (
            [
                TRUST["Statement"],
                {
                    **TRUST["Statement"],
                    "Effect": "Deny",
                    **when("StringNotEquals", "aws:SourceAccount", "123456789012"),
                },
            ],
            True,
        ),
    ],
)
def test_a_trust_policy_lets_a_service_in(statements: list[dict[str, Any]], lets: bool) -> None:  # noqa: FBT001 - a column
    role = replace(ROLE, trust={"Statement": statements})
    found = [one.id for one in diagnose(replace(HEALTHY, roles={**HEALTHY.roles, ROLE.arn: role})).findings]
    assert found == ([] if lets else ["role.trust"])


MANAGED = "arn:aws:iam::123456789012:policy/no"


@pytest.mark.parametrize(
    ("role", "own", "command", "by_up"),
    [
        (
            {"policies": {"all": ALL, "no": {"Statement": DENY}}},
            None,
            "delete-role-policy --role-name f --policy-name no",
            True,
        ),
        ({"policies": {"all": ALL, MANAGED: {"Statement": DENY}}}, None, f"--policy-arn {MANAGED}", False),
        ({"boundary": {"Statement": DENY}}, None, "delete-role-permissions-boundary --role-name f", False),
        ({}, {"Statement": DENY | {"Principal": "*"}}, f"delete-resource-policy --secret-id {ARN}", True),
        ({"policies": {}}, None, "put-role-policy --role-name f", True),
    ],
)
def test_what_keeps_the_role_from_the_secret_is_taken_away(
    role: dict[str, Any],
    own: Any,
    command: str,
    by_up: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert HEALTHY.secret is not None
    held = {**HEALTHY.roles, ROLE.arn: replace(ROLE, **role)}
    found = {
        one.id: one
        for one in diagnose(replace(HEALTHY, roles=held, secret=replace(HEALTHY.secret, policy=own))).findings
    }
    assert command in found["secret.denied"].command
    assert found["secret.denied"].by_up is by_up


def test_a_secret_that_only_another_vpc_may_ask_for_is_told_where_an_endpoint_says_which_this_is() -> None:
    assert HEALTHY.secret is not None
    elsewhere = DENY | {"Principal": "*"} | when("StringNotEquals", "aws:SourceVpc", "vpc-9")
    picture = replace(HEALTHY, secret=replace(HEALTHY.secret, policy={"Statement": elsewhere}))
    assert [one.id for one in diagnose(picture).findings] == ["secret.denied"]


@pytest.mark.parametrize("key", ["alias/mine", "arn:aws:kms:eu-west-1:123456789012:alias/mine"])
def test_an_alias_does_not_tell_which_key_it_is(key: str) -> None:
    assert HEALTHY.secret is not None
    reading = {"Statement": {"Effect": "Allow", "Action": ["secretsmanager:*", "ec2:*", "logs:*"], "Resource": "*"}}
    role = replace(ROLE, policies={"reading": reading})
    picture = replace(HEALTHY, secret=replace(HEALTHY.secret, key=key), roles={**HEALTHY.roles, role.arn: role})
    assert diagnose(picture).findings == ()


def may(*actions: str) -> dict[str, Any]:
    return {"may": {"Statement": {"Effect": "Allow", "Action": list(actions), "Resource": "*"}}}


def holding(picture: Picture, role: Role, **changed: Any) -> Picture:
    return replace(picture, roles={**picture.roles, role.arn: replace(role, **changed)})


def found_in(picture: Picture) -> list[str]:
    return [one.id for one in diagnose(picture).findings]


def test_interfaces_are_made_described_and_deleted() -> None:
    some = may("secretsmanager:*", "logs:*", "ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces")
    assert found_in(holding(HEALTHY, ROLE, policies=some)) == ["role.interfaces"]


def test_a_function_outside_of_a_vpc_makes_no_interfaces() -> None:
    outside = function(database(), vpc="", subnets=())
    assert found_in(holding(outside, ROLE, policies=may("secretsmanager:*", "logs:*"))) == ["network.none"]


def test_a_secret_that_is_being_deleted_is_read_by_nobody_whatever_the_role_may() -> None:
    powerless = holding(HEALTHY, ROLE, policies=may("ec2:*", "logs:*"))
    assert found_in(powerless) == ["secret.denied"]
    assert found_in(secret(powerless, deleting="2026-11-20")) == ["secret.deleting"]


def test_a_call_that_got_through_had_the_key() -> None:
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    locked = secret(holding(HEALTHY, ROLE, policies=may("secretsmanager:*", "ec2:*", "logs:*")), key=key)
    assert found_in(locked) == ["secret.key"]
    assert found_in(replace(locked, probe=Probe(steps=(Step(name="query", ok=True, ms=1.0),)))) == []


@pytest.mark.parametrize(("role", "found"), [(ROLE, "role.trust"), (PROXY_ROLE, "proxy.trust")])
def test_a_role_is_to_be_taken_on_behalf_of_this_account_alone(role: Role, found: str) -> None:
    (finding,) = diagnose(holding(PROXIED, role, trust={"Statement": []})).findings
    assert finding.id == found
    assert '"StringEquals":{"aws:SourceAccount":"123456789012"}' in finding.command


@pytest.mark.parametrize(
    ("changed", "by_up"), [({"policies": {}}, True), ({"policies": {MANAGED: {"Statement": DENY}}}, False)]
)
def test_what_somebody_attached_to_the_proxys_role_is_not_ups_to_take_away(changed: Any, by_up: bool) -> None:  # noqa: FBT001 - a column
    (finding,) = diagnose(holding(PROXIED, PROXY_ROLE, **changed)).findings
    assert (finding.id, finding.by_up) == ("proxy.denied", by_up)
