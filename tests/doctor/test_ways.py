"""The ways through the network: what stops a connection, and what only seems to."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.network import Group, Rule
from provision.doctor.picture import Picture
from tests.doctor.changed import (
    ANYWHERE,
    BY_NAT,
    NAT,
    OUT,
    PAST,
    acl,
    database,
    entry,
    function,
    group,
    network,
    proxy,
    subnet,
    table,
)
from tests.doctor.pictures import ARN, HEALTHY, NETWORK, OPEN, PROXY_ROLE, ROLE

ENDPOINT = NETWORK.endpoints[0]
APART = {
    **NETWORK.subnets,
    "subnet-b": subnet("subnet-b", "10.9.0.0/24", "vpc-2"),
    "subnet-c": subnet("subnet-c", "10.9.1.0/24", "vpc-2"),
}
OTHERS = ARN.replace(":secret:db-", ":secret:others-")
DENIED_443 = entry(1, egress=False, cidr="10.0.0.0/24", allow=False, ports=(443, 443))


def apart(*targets: str) -> Picture:
    """The function in another VPC's two subnets, whose default routes lead there."""
    tables = [table(name, to, vpc="vpc-2") for name, to in zip(("subnet-b", "subnet-c"), targets, strict=True)]
    there = network(subnets=APART, tables=tables, groups={"sg-1": group(*OPEN, OUT)})
    return function(there, vpc="vpc-2", subnets=("subnet-b", "subnet-c"))


def two(target_of_b: str) -> Picture:
    """A second subnet of the function beside the one that goes out by NAT; the endpoint is there without its name."""
    subnets = {**BY_NAT.network.subnets, "subnet-b": subnet("subnet-b", "10.0.1.0/24")}
    tables = (*BY_NAT.network.tables, table("subnet-b", target_of_b))
    unnamed = replace(ENDPOINT, private_dns=False)
    there = network(BY_NAT, subnets=subnets, tables=tables, endpoints=(unnamed,))
    return function(there, subnets=("subnet-a", "subnet-b"))


def out_by(target: str, state: str = "active") -> Picture:
    return network(BY_NAT, tables=(table("subnet-a", target, state), table("subnet-p", "igw-1")))


def no_route(**changed: Any) -> Picture:
    return network(BY_NAT, tables=(table("subnet-a"), table("subnet-p", "igw-1")), **changed)


def nat(**changed: Any) -> Picture:
    return network(BY_NAT, nats={"nat-1": replace(NAT, **changed)})


def shut(picture: Picture) -> Picture:
    """The proxy in a group that lets nothing through."""
    groups = {**picture.network.groups, "sg-2": Group(id="sg-2", name="none", rules=())}
    return proxy(network(picture, groups=groups), groups=("sg-2",))


def policy(**statement: Any) -> Picture:
    document = json.dumps({"Statement": [{"Principal": "*", "Resource": "*", **statement}]})
    return network(endpoints=(replace(ENDPOINT, policy=document),))


def denying(condition: dict[str, Any]) -> Picture:
    everything = {"Effect": "Allow", "Action": "*"}
    deny = {"Effect": "Deny", "Action": "secretsmanager:*", **condition}
    return network(endpoints=(replace(ENDPOINT, policy=json.dumps({"Statement": [everything, deny]})),))


def out_to(*peers: str) -> Picture:
    """The database in two subnets, and the one group lets out to these."""
    subnets = {**NETWORK.subnets, "subnet-b": subnet("subnet-b", "10.0.1.0/24")}
    rules = [Rule(egress=True, protocol="-1", ports=None, peer=peer) for peer in peers]
    there = network(subnets=subnets, groups={"sg-1": group(*rules, OPEN[1])})
    return database(there, subnets=("subnet-a", "subnet-b"))


def on_port(low: int, high: int) -> tuple[Rule, ...]:
    return tuple(Rule(egress=side, protocol="tcp", ports=(low, high), peer="10.0.0.0/16") for side in (True, False))


@pytest.mark.parametrize(
    ("picture", "found"),
    [
        (BY_NAT, []),
        (function(subnets=(), vpc=""), ["network.none"]),
        (function(subnets=("subnet-a", "subnet-x")), ["network.subnet"]),
        (function(groups=("sg-1", "sg-x")), ["network.group"]),
        (network(subnets={"subnet-a": replace(NETWORK.subnets["subnet-a"], free=1)}), []),
        (apart("eni-1", "eni-1"), ["network.apart"]),
        (out_by("eni-1"), []),
        (out_by("eni-1", "blackhole"), ["route.blackhole"]),
        (out_by("nat-gone"), ["route.blackhole"]),
        (out_by("igw-1"), ["route.internet-gateway"]),
        (nat(state="deleted"), ["route.blackhole"]),
        (nat(state="pending"), ["nat.state"]),
        (nat(public=False), ["nat.state"]),
        (network(BY_NAT, gateways={}), ["gateway.none"]),
        (network(BY_NAT, gateways={"igw-2": ("vpc-1",)}), ["nat.no-internet"]),
        (no_route(), ["route.none"]),
        (no_route(nats={"nat-1": replace(NAT, state="deleted")}), ["egress.none"]),
        (no_route(nats={"nat-1": replace(NAT, subnet="subnet-elsewhere")}), ["egress.none"]),
        (no_route(endpoints=(replace(ENDPOINT, vpc="vpc-2"),)), ["route.none"]),
        (no_route(endpoints=(replace(ENDPOINT, state="pending"),)), ["endpoint.state"]),
        (no_route(endpoints=(replace(ENDPOINT, private_dns=False),)), ["endpoint.private-dns"]),
        (network(BY_NAT, endpoints=(replace(ENDPOINT, state="pending"),)), []),
        (network(BY_NAT, endpoints=NETWORK.endpoints, groups=NETWORK.groups), []),
        (network(BY_NAT, groups=NETWORK.groups), ["group.function-internet.egress"]),
        (two("nat-1"), []),
        (two(""), ["endpoint.private-dns"]),
        (network(BY_NAT, acls=(acl("subnet-a"), acl("subnet-p", DENIED_443))), ["acl.function-internet"]),
        (policy(Effect="Allow", Action="secretsmanager:Get*"), []),
        (policy(Effect="Allow", Action="*"), []),
        (policy(Effect="Allow", Action="secretsmanager:GetSecret*"), []),
        (policy(Effect="Allow", NotAction="secretsmanager:Delete*"), []),
        (policy(Effect="Allow", Action="*", Resource=f"{ARN[:-6]}*"), []),
        (policy(Effect="Allow", Action="*", Principal={"AWS": ROLE.arn}), []),
        (policy(Effect="Allow", Action="s3:*"), ["endpoint.policy"]),
        (policy(Effect="Allow", Action="*", Resource=OTHERS), ["endpoint.policy"]),
        (policy(Effect="Allow", Action="*", Principal={"AWS": PROXY_ROLE.arn}), ["endpoint.policy"]),
        (denying({}), ["endpoint.policy"]),
        (denying({"Resource": OTHERS}), []),
        (denying({"Principal": {"AWS": PROXY_ROLE.arn}}), []),
        (denying({"Condition": {"StringNotEquals": {"aws:PrincipalAccount": "123456789012"}}}), []),
        (shut(PAST), []),
        (out_to("10.0.0.0/24"), ["group.function-database.egress"]),
        (out_to("10.0.0.0/24", "10.0.1.0/24"), []),
        (out_to("10.0.0.0/16", "::/0"), []),
        (out_to("pl-1"), []),
        (database(subnets=(), groups=()), []),
        (database(network(groups={"sg-1": group(*on_port(443, 443), *on_port(6432, 6432))}), own_port=6432), []),
    ],
)
def test_what_stops_the_function_is_found_and_nothing_else(picture: Picture, found: list[str]) -> None:
    assert [one.id for one in diagnose(picture).findings] == found


def wide(**rule: Any) -> Rule:
    return Rule(**{"egress": True, "protocol": "-1", "ports": None, "peer": ANYWHERE, **rule})


@pytest.mark.parametrize(
    ("rules", "lets"),
    [
        ([wide()], True),
        ([wide(protocol="udp")], False),
        ([wide(protocol="tcp", ports=(-1, -1))], True),
        ([wide(protocol="tcp", ports=(0, 65535))], True),
        ([wide(protocol="tcp", ports=(444, 500))], False),
        ([wide(peer="10.0.0.0/8")], False),
        ([wide(peer="52.0.0.0/8")], True),
        ([wide(peer="pl-1")], True),
        ([wide(peer="::/0")], False),
    ],
)
def test_a_rule_lets_out_to_the_internet(rules: list[Rule], lets: bool) -> None:  # noqa: FBT001 - a column of the table
    inward = Rule(egress=False, protocol="-1", ports=None, peer="10.0.0.0/16")
    inside = Rule(egress=True, protocol="tcp", ports=(5432, 5432), peer="sg-1")
    picture = network(BY_NAT, groups={"sg-1": group(inside, inward, *rules)})
    assert [one.id for one in diagnose(picture).findings] == ([] if lets else ["group.function-internet.egress"])


A, B = "10.0.0.0/24", "10.0.1.0/24"


@pytest.mark.parametrize(
    ("here", "there", "passes"),
    [
        ([], [], True),
        ([entry(1, egress=True, cidr=B, allow=False, ports=(5432, 5432))], [], False),
        ([entry(1, egress=False, cidr=B, allow=False, ports=(1024, 40000))], [], False),
        ([entry(1, egress=False, cidr=B, allow=False, ports=(50000, 65535))], [], False),
        ([], [entry(1, egress=False, cidr=A, allow=False, ports=(5432, 5432))], False),
        ([], [entry(1, egress=True, cidr=A, allow=False, ports=(1024, 65535))], False),
        ([], [entry(1, egress=False, cidr="10.0.0.128/25", allow=False)], False),
        ([], [entry(1, egress=False, cidr="10.0.0.128/25", allow=True)], True),
        ([], [entry(1, egress=False, cidr=A, allow=True), entry(2, egress=False, allow=False)], True),
        ([], [replace(entry(1, egress=False, cidr=A, allow=False), protocol="17")], True),
    ],
)
def test_an_acl_wants_the_answers_let_through_as_well(here: list[Any], there: list[Any], passes: bool) -> None:  # noqa: FBT001 - a column
    subnets = {**NETWORK.subnets, "subnet-b": subnet("subnet-b", B)}
    between = network(subnets=subnets, acls=(acl("subnet-a", *here), acl("subnet-b", *there)))
    found = [one.id for one in diagnose(database(between, subnets=("subnet-b",))).findings]
    assert found == ([] if passes else ["acl.function-database"])


def test_within_one_subnet_no_acl_counts() -> None:
    nothing = entry(1, egress=False, allow=False), entry(2, egress=True, allow=False)
    assert diagnose(network(acls=(acl("subnet-a", *nothing),))).findings == ()
    assert diagnose(HEALTHY).findings == ()


def test_a_subnet_without_a_table_has_its_vpcs_main_one() -> None:
    others = table("subnet-z", "igw-9", main=True, vpc="vpc-9")
    main = table("subnet-a", "nat-1", main=True)
    assert diagnose(network(BY_NAT, tables=(others, main, table("subnet-p", "igw-1")))).findings == ()


def test_a_door_is_opened_by_a_command_only_where_there_is_a_group_on_either_side() -> None:
    (finding,) = diagnose(database(groups=())).findings
    assert (finding.id, finding.command) == ("group.function-database.ingress", "")
    assert "security groups that are there" in finding.advice


def test_an_acls_entry_is_made_for_the_ports_that_it_lacks() -> None:
    subnets = {**NETWORK.subnets, "subnet-b": subnet("subnet-b", B)}
    for here, ports in (
        (
            entry(1, egress=True, cidr=B, allow=False, ports=(5432, 5432)),
            "--egress --protocol tcp --port-range From=5432,To=5432",
        ),
        (entry(1, egress=False, cidr=B, allow=False), "--ingress --protocol tcp --port-range From=1024,To=65535"),
    ):
        between = network(subnets=subnets, acls=(acl("subnet-a", here), acl("subnet-b")))
        (finding,) = diagnose(database(between, subnets=("subnet-b",))).findings
        assert ports in finding.command
        assert "--network-acl-id acl-subnet-a --rule-number 1" in finding.command
        assert f"--cidr-block {B}" in finding.command
