"""What a finding gives as a command can be typed, and what cannot be is an advice in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.finding import Finding, Link
from provision.doctor.network import Nat, Route, RouteTable
from provision.doctor.picture import Picture, Unseen
from provision.doctor.probe import Probe, Step
from tests.doctor.pictures import DATABASE, HEALTHY, NETWORK, PROXIED, ROLE
from tests.doctor.typed import wrong


@pytest.mark.parametrize(
    "command",
    [
        "",
        "Remove what is not used there.",
        "aws iam get-role --role-name f, and give it what it lacks",
        "aws ec2 delete-vpc-endpoints --vpc-endpoint-ids vpce-1; then make it anew",
        "aws rds modify-db-instance --db-instance-identifier db --master-user-password ... (the secret's)",
        "aws rds modify-db-instance --db-instance-identifier db --master-user-password PASSWORD",
        "aws rds modify-db-instance --identifier db",
        "aws rds mend-db-instance --db-instance-identifier db",
        "aws rds describe-db-proxies --db-proxy-name p --query DBProxies[0].Status",
        "provision repair",
    ],
)
def test_a_command_with_prose_or_a_wrong_word_is_none(command: str) -> None:
    assert [*wrong(Finding(id="a.b", link=Link.SECRET, what="W", evidence="E", command=command))] != []


def of_database(**changes: Any) -> Picture:
    return replace(HEALTHY, database=replace(DATABASE, **changes))


def of_function(**changes: Any) -> Picture:
    assert HEALTHY.function
    return replace(HEALTHY, function=replace(HEALTHY.function, **changes))


def of_endpoint(**changes: Any) -> Picture:
    return replace(HEALTHY, network=replace(NETWORK, endpoints=(replace(NETWORK.endpoints[0], **changes),)))


def by_route(target: str, **others: Any) -> Picture:
    """Without an endpoint, the function's subnet leads there."""
    route = Route(destination="0.0.0.0/0", target=target, state="active")
    table = RouteTable(id="rtb-1", vpc="vpc-1", main=True, subnets=("subnet-a",), routes=(route,))
    return replace(HEALTHY, network=replace(NETWORK, endpoints=(), tables=(table,), **others))


NAT = Nat(id="nat-1", state="available", subnet="subnet-a", public=True)
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
READING = {"Statement": {"Effect": "Allow", "Action": ["secretsmanager:*", "ec2:*", "logs:*"], "Resource": "*"}}
WITHOUT_KEYS = replace(ROLE, policies={"reading": READING})
REFUSED = Step(name="authenticate", ok=False, ms=1.0, text="password authentication failed")
SUBNET = NETWORK.subnets["subnet-a"]
assert HEALTHY.secret
assert PROXIED.proxy
BROKEN = {
    "database full": of_database(state="storage-full"),
    "database starting": of_database(state="starting"),
    "database stopping": of_database(state="stopping"),
    "database locked": of_database(state="inaccessible-encryption-credentials-recoverable"),
    "database lost": of_database(state="inaccessible-encryption-credentials"),
    "database failed": of_database(state="failed"),
    "database old": replace(of_database(certificate_until=date(2030, 12, 1)), today=date(2031, 1, 1)),
    "database's parameters": of_database(parameter_state="pending-reboot", parameters={"rds.force_ssl": "0"}),
    "database missing": replace(HEALTHY, database=None),
    "function in no VPC": replace(of_function(subnets=(), vpc=""), database=None),
    "function failed": of_function(state="Failed", update="Failed"),
    "function pending": of_function(state="Pending"),
    "function inactive": of_function(state="Inactive"),
    "groups gone": replace(HEALTHY, network=replace(NETWORK, groups={})),
    "groups gone, by NAT": by_route("nat-1", groups={}),
    "subnet full": replace(HEALTHY, network=replace(NETWORK, subnets={"subnet-a": replace(SUBNET, free=0)})),
    "endpoint failed": of_endpoint(state="failed"),
    "endpoint without DNS": of_endpoint(private_dns=False),
    "straight to an internet gateway": by_route("igw-1"),
    "no NAT gateway": by_route("nat-1"),
    "NAT gateway pending": by_route("nat-1", nats={"nat-1": replace(NAT, state="pending")}),
    "NAT gateway private": by_route("nat-1", nats={"nat-1": replace(NAT, public=False)}),
    "no internet gateway": by_route("nat-1", nats={"nat-1": NAT}),
    "internet gateway elsewhere": by_route("igw-1", nats={"nat-1": NAT}, gateways={"igw-1": ("vpc-2",)}),
    "secret empty": replace(HEALTHY, secret=replace(HEALTHY.secret, current=False)),
    "secret's key": replace(HEALTHY, secret=replace(HEALTHY.secret, key=KEY), roles={ROLE.arn: WITHOUT_KEYS}),
    "proxy modifying": replace(PROXIED, proxy=replace(PROXIED.proxy, state="modifying")),
    "proxy suspended": replace(PROXIED, proxy=replace(PROXIED.proxy, state="suspended")),
    "code": replace(HEALTHY, probe=Probe(failure="Runtime.ImportModuleError")),
    "password": replace(HEALTHY, probe=Probe(steps=(REFUSED,))),
    "rights": replace(HEALTHY, unseen=(Unseen(what="the role", why="No.", hint="Allow it."),)),
}


def test_no_wait_is_offered_for_what_does_not_pass() -> None:
    found = {one.id: one for one in diagnose(BROKEN["NAT gateway private"]).findings}
    assert found["nat.state"].command == ""
    assert found["nat.state"].advice


@pytest.mark.parametrize("ours", [True, False], ids=["ours", "theirs"])
@pytest.mark.parametrize("name", [*BROKEN])
def test_what_the_corpus_cannot_break_is_mended_by_commands_too(name: str, *, ours: bool) -> None:
    picture = replace(BROKEN[name], subject=replace(BROKEN[name].subject, ours=ours))
    found = diagnose(picture).findings
    assert found
    for one in found:
        assert [*wrong(one)] == [], one.command


def test_a_runtime_of_ours_changes_with_the_code_that_is_made_for_it() -> None:
    """The zip holds compiled code for one runtime; under another the function cannot even be loaded."""
    late = replace(HEALTHY, today=date(2029, 6, 1))
    [ours] = diagnose(late).findings
    assert (ours.id, ours.command) == ("function.runtime", "provision up")
    assert "function.runtime" in ours.advice
    [theirs] = diagnose(replace(late, subject=replace(late.subject, ours=False))).findings
    assert theirs.command.startswith("aws lambda update-function-configuration --function-name f --runtime")
    assert "compiled" in theirs.advice


def test_a_database_of_ours_that_is_upgraded_by_hand_needs_its_setting() -> None:
    """`up` refuses a major other than that of the settings."""
    assert HEALTHY.database
    late = replace(of_database(version="14.2"), today=date(2027, 1, 1))
    [ours] = diagnose(late).findings
    assert "database.engine_version" in ours.advice
    assert "at most 18" in ours.advice
    [theirs] = diagnose(replace(late, subject=replace(late.subject, ours=False))).findings
    assert "database.engine_version" not in theirs.advice
