"""Network ACLs as AWS judges them, and the entry that opens one."""

from __future__ import annotations

from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.network import Entry, Rule
from provision.doctor.picture import Picture
from tests.doctor.changed import BY_NAT, acl, database, entry, group, network, subnet
from tests.doctor.pictures import HEALTHY, NETWORK, PROXIED
from tests.doctor.typed import wrong

A, B = "10.0.0.0/24", "10.0.1.0/24"
LINUX = (32768, 65535)


def between(*there: Entry, picture: Picture = HEALTHY) -> Picture:
    """The database in another subnet, whose ACL has these entries first."""
    subnets = {**NETWORK.subnets, "subnet-b": subnet("subnet-b", B)}
    changed = network(picture, subnets=subnets, acls=(acl("subnet-a"), acl("subnet-b", *there)))
    return database(changed, subnets=("subnet-b",))


def found(picture: Picture) -> list[str]:
    return [one.id for one in diagnose(picture).findings]


def command(*there: Entry) -> str:
    (finding,) = diagnose(between(*there)).findings
    assert [*wrong(finding)] == []
    return finding.command


ANSWERS_OF_LINUX = (
    entry(1, egress=True, cidr=A, allow=True, ports=LINUX),
    entry(2, egress=True, cidr=A, allow=False),
)


def test_the_answers_to_a_function_come_back_to_any_port_from_1024_on() -> None:
    """AWS: "AWS Lambda functions use ports 1024-65535" (VPC User Guide, "Ephemeral ports"); some get no answer."""
    assert found(between(*ANSWERS_OF_LINUX)) == ["acl.function-database"]
    assert "1024 to 65535" in diagnose(between(*ANSWERS_OF_LINUX)).findings[0].evidence


def test_of_a_proxy_aws_says_no_such_thing() -> None:
    assert found(between(*ANSWERS_OF_LINUX, picture=PROXIED)) == []


def test_a_hole_for_one_port_among_the_answers_is_common_and_no_cause() -> None:
    assert found(between(entry(1, egress=True, allow=False, ports=(3389, 3389)))) == []


@pytest.mark.parametrize(("second", "passes"), [("10.0.0.128/25", True), ("10.0.0.192/26", False)])
def test_several_entries_may_let_a_subnet_in_together(second: str, passes: bool) -> None:  # noqa: FBT001 - a column
    halves = [entry(n, egress=False, cidr=one, allow=True) for n, one in enumerate(("10.0.0.0/25", second), 1)]
    picture = between(*halves, entry(3, egress=False, allow=False))
    assert found(picture) == ([] if passes else ["acl.function-database"])


def test_several_rules_of_a_group_may_cover_a_subnet_together() -> None:
    halves = [
        Rule(egress=side, protocol="tcp", ports=(0, 65535), peer=half)
        for side in (True, False)
        for half in ("10.0.0.0/25", "10.0.0.128/25")
    ]
    assert found(network(groups={"sg-1": group(*halves)})) == []
    assert found(network(groups={"sg-1": group(*halves[:-1])})) != []


@pytest.mark.parametrize(
    ("entries", "passes"),
    [
        ([entry(1, egress=True, cidr="10.0.9.0/24", allow=False)], True),
        ([entry(1, egress=False, cidr="10.0.9.0/24", allow=False)], True),
        ([entry(1, egress=True, cidr="52.0.0.0/8", allow=True), entry(2, egress=True, allow=False)], True),
        ([entry(1, egress=True, cidr="10.0.0.0/8", allow=True), entry(2, egress=True, allow=False)], False),
        ([entry(1, egress=False, allow=True, ports=LINUX), entry(2, egress=False, allow=False)], False),
    ],
)
def test_an_acl_goes_by_where_a_packet_is_meant_for_and_not_by_the_gateway_that_passes_it_on(
    entries: list[Any],
    passes: bool,  # noqa: FBT001 - a column
) -> None:
    picture = network(BY_NAT, acls=(acl("subnet-a", *entries), acl("subnet-p")))
    assert found(picture) == ([] if passes else ["acl.function-internet"])


def test_an_entry_is_made_under_a_number_that_is_free_and_comes_before_what_denies() -> None:
    denies = entry(50, egress=False, cidr=A, allow=False)
    assert "create-network-acl-entry --network-acl-id acl-subnet-b --rule-number 49 " in command(denies)
    neighbour = entry(49, egress=False, cidr="192.168.0.0/16", allow=False)
    assert "create-network-acl-entry --network-acl-id acl-subnet-b --rule-number 48 " in command(neighbour, denies)
    outward = entry(49, egress=True, cidr="192.168.0.0/16", allow=False)
    assert "--rule-number 49 " in command(outward, denies)


def test_what_denies_under_number_1_is_replaced_because_nothing_comes_before_it() -> None:
    assert "replace-network-acl-entry --network-acl-id acl-subnet-b --rule-number 1 " in command(
        entry(1, egress=False, cidr=A, allow=False)
    )
