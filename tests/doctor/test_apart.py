"""A function and a database in two VPCs: routes there and back, then groups."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.network import Route, RouteTable, Rule
from provision.doctor.picture import Picture
from tests.doctor.changed import OUT, database, function, group, network, subnet
from tests.doctor.pictures import HEALTHY, NETWORK, PROXIED
from tests.doctor.typed import wrong

HERE, THERE = "10.9.0.0/24", "10.0.0.0/24"
LOCAL = {"vpc-1": "10.0.0.0/16", "vpc-2": "10.9.0.0/16"}
BOTH_WAYS = tuple(Rule(egress=side, protocol="tcp", ports=(1, 65535), peer="10.0.0.0/8") for side in (True, False))


def to(destination: str, target: str, state: str = "active") -> Route:
    return Route(destination=destination, target=target, state=state)


def table(vpc: str, *routes: Route) -> RouteTable:
    local = to(LOCAL[vpc], "local")
    return RouteTable(id=f"rtb-{vpc}", vpc=vpc, main=True, subnets=(), routes=(local, *routes))


def apart(there: tuple[Route, ...], back: tuple[Route, ...], *rules: Rule, picture: Picture = HEALTHY) -> Picture:
    """The function in vpc-2, the database (and its proxy) in vpc-1."""
    subnets = {**NETWORK.subnets, "subnet-b": subnet("subnet-b", HERE, "vpc-2")}
    tables = (table("vpc-2", to("0.0.0.0/0", "tgw-9"), *there), table("vpc-1", *back))
    groups = {"sg-1": group(*(rules or BOTH_WAYS), OUT)}
    changed = network(picture, subnets=subnets, tables=tables, groups=groups)
    return function(changed, vpc="vpc-2", subnets=("subnet-b",))


def found(picture: Picture) -> list[str]:
    return [one.id for one in diagnose(picture).findings]


GOES, COMES = to("10.0.0.0/16", "pcx-1"), to("10.9.0.0/16", "pcx-1")
INGRESS = "group.function-database.ingress"


@pytest.mark.parametrize(
    ("there", "back", "ids"),
    [
        ((GOES,), (COMES,), []),
        ((), (to("10.0.0.0/8", "tgw-9"),), []),
        ((to("pl-1", "tgw-9"),), (to("pl-1", "tgw-9"),), []),
        ((GOES,), (to("10.9.0.0/16", "arn:aws:networkmanager::1:core-network/c"),), []),
        ((GOES,), (to("10.9.0.0/16", "eni-1"),), []),
        ((GOES,), (), ["network.route"]),
        ((GOES,), (to("pl-1", "vpce-9"),), ["network.route"]),
        ((GOES,), (to("0.0.0.0/0", "nat-1"), to("pl-1", "pcx-1")), []),
        ((GOES,), (to("0.0.0.0/0", "nat-1"),), ["network.route"]),
        ((GOES,), (to("0.0.0.0/0", "eni-1"),), ["network.route"]),
        ((GOES,), (to("10.9.0.0/16", "pcx-1", "blackhole"),), ["network.route"]),
        ((to("10.0.0.0/24", "nat-1"), GOES), (COMES,), ["network.route"]),
        ((to("10.0.0.0/16", "pcx-0", "blackhole"),), (), ["network.apart"]),
    ],
)
def test_there_and_back_the_most_specific_route_leads_to_the_other_vpc(
    there: tuple[Route, ...], back: tuple[Route, ...], ids: list[str]
) -> None:
    assert found(apart(there, back)) == ids


def test_the_route_that_is_lacking_is_made_by_what_leads_the_other_way() -> None:
    (finding,) = diagnose(apart((GOES,), ())).findings
    assert "leads back" in finding.what
    assert finding.command == (
        f"aws ec2 create-route --route-table-id rtb-vpc-1 --destination-cidr-block {HERE} "
        "--vpc-peering-connection-id pcx-1"
    )
    assert [*wrong(finding)] == []
    (lost,) = diagnose(apart((to(THERE, "pcx-0", "blackhole"),), (COMES,))).findings
    assert lost.command.startswith(f"aws ec2 replace-route --route-table-id rtb-vpc-2 --destination-cidr-block {THERE}")


def test_the_groups_of_two_vpcs_are_looked_at_where_a_route_connects_them() -> None:
    only_its_own = replace(BOTH_WAYS[1], peer="10.0.0.0/16")
    (finding,) = diagnose(apart((GOES,), (COMES,), BOTH_WAYS[0], only_its_own)).findings
    assert finding.id == INGRESS
    assert finding.command.endswith(f"IpRanges=[{{CidrIp={HERE}}}]'")
    assert [*wrong(finding)] == []
    assert found(apart((GOES,), (), BOTH_WAYS[0], only_its_own)) == ["network.route"]
    assert found(apart((GOES,), (COMES,), BOTH_WAYS[0], replace(only_its_own, peer="sg-1"))) == []


def test_a_proxy_in_the_other_vpc_is_reached_the_same_way() -> None:
    only_its_own = replace(BOTH_WAYS[1], peer="10.0.0.0/16")
    shut = apart((GOES,), (COMES,), BOTH_WAYS[0], only_its_own, picture=PROXIED)
    assert found(shut) == ["group.function-proxy.ingress"]
    assert found(apart((GOES,), (), BOTH_WAYS[0], only_its_own, picture=PROXIED)) == ["network.route"]


def test_a_public_database_is_reached_from_another_vpc_by_the_internet() -> None:
    """AWS: its name leads to its public address there."""
    assert found(database(apart((to("0.0.0.0/0", "nat-1"),), ()), public=True)) == ["database.public"]


@pytest.mark.parametrize(
    ("route", "ids"),
    [
        (to(THERE, "eni-1", "blackhole"), ["route.function-database"]),
        (to(THERE, "vpce-1", "blackhole"), ["route.function-database"]),
        (to(THERE, "eni-1"), []),
        (to("10.0.0.0/8", "tgw-1", "blackhole"), []),
        (to("10.0.1.0/24", "eni-1", "blackhole"), ["route.function-database"]),
    ],
)
def test_within_a_vpc_only_a_more_specific_route_may_lead_astray(route: Route, ids: list[str]) -> None:
    """AWS: such a one, to an appliance, comes before the local route; there or back (VPC User Guide, "Middlebox")."""
    subnets = {**NETWORK.subnets, "subnet-b": subnet("subnet-b", "10.0.1.0/24")}
    picture = network(subnets=subnets, tables=(table("vpc-1", route),))
    there = database(function(picture, subnets=("subnet-b",)), subnets=("subnet-a",))
    endpoint = replace(NETWORK.endpoints[0], subnets=("subnet-b",))
    findings = diagnose(network(there, endpoints=(endpoint,))).findings
    assert [one.id for one in findings] == ids
    for one in findings:
        assert (
            one.command
            == f"aws ec2 delete-route --route-table-id rtb-vpc-1 --destination-cidr-block {route.destination}"
        )
        assert [*wrong(one)] == []
