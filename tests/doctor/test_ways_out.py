"""Ways out of the VPC and into it that people build otherwise than we do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.network import RouteTable, Rule
from provision.doctor.picture import Picture
from tests.doctor.changed import ANYWHERE, BY_NAT, NAT, database, function, group, network, table
from tests.doctor.pictures import NETWORK, OPEN, PROXIED

ENDPOINT = NETWORK.endpoints[0]
FROM_ANYWHERE = Rule(egress=False, protocol="tcp", ports=(5432, 5432), peer=ANYWHERE)


def from_outside(rule: Rule, *tables: RouteTable) -> Picture:
    """The function in no VPC, before a public database that lets in by this rule."""
    open_to = network(groups={"sg-1": group(rule)}, tables=tables)
    return function(database(open_to, public=True), subnets=(), vpc="")


def beyond(target: str, state: str = "active") -> Picture:
    """The NAT gateway's own subnet leads there."""
    return network(BY_NAT, tables=(table("subnet-a", "nat-1"), table("subnet-p", target, state)))


@pytest.mark.parametrize(
    ("picture", "found"),
    [
        (network(endpoints=(replace(ENDPOINT, id="vpce-2", private_dns=False), ENDPOINT)), []),
        (beyond("vpce-1"), []),
        (beyond("eni-1"), []),
        (beyond("vpce-1", "blackhole"), ["nat.no-internet"]),
        (beyond("nat-1"), ["nat.no-internet"]),
        (beyond("igw-9"), ["nat.no-internet"]),
        (from_outside(FROM_ANYWHERE), ["database.public"]),
        (from_outside(replace(FROM_ANYWHERE, peer="52.0.0.0/8")), ["database.public"]),
        (from_outside(replace(FROM_ANYWHERE, peer="203.0.113.7/32")), ["network.outside", "database.public"]),
        (from_outside(OPEN[1]), ["network.outside", "database.public"]),
        (from_outside(FROM_ANYWHERE, table("subnet-a", "igw-1")), ["database.public"]),
        (from_outside(FROM_ANYWHERE, table("subnet-a", "nat-1")), ["network.outside", "database.public"]),
        (function(database(PROXIED, public=True), subnets=(), vpc=""), ["network.none", "database.public"]),
    ],
)
def test_a_way_is_blamed_only_where_it_leads_nowhere(picture: Picture, found: list[str]) -> None:
    assert [one.id for one in diagnose(picture).findings] == found


def test_the_internet_gateway_stays_with_those_that_want_it() -> None:
    """The function among the public subnets: to lead their table to the NAT gateway would cut that off, too."""
    (finding,) = diagnose(function(BY_NAT, subnets=("subnet-p",))).findings
    assert finding.id == "route.internet-gateway"
    assert finding.command.endswith("--function-name f --vpc-config SubnetIds=subnet-a,SecurityGroupIds=sg-1")
    (alone,) = diagnose(network(BY_NAT, tables=(table("subnet-a", "igw-1"), table("subnet-p", "igw-1")))).findings
    assert alone.command.startswith("aws ec2 replace-route --route-table-id rtb-subnet-a")


def test_a_route_is_made_where_there_is_none_and_replaced_where_there_is_one() -> None:
    (wrong,) = diagnose(beyond("igw-9")).findings
    assert wrong.command.startswith("aws ec2 replace-route --route-table-id rtb-subnet-p")
    (none,) = diagnose(network(BY_NAT, tables=(table("subnet-a", "nat-1"), table("subnet-p")))).findings
    assert none.command.startswith("aws ec2 create-route --route-table-id rtb-subnet-p")


def test_no_private_nat_gateway_is_recommended() -> None:
    both = {"nat-0": replace(NAT, id="nat-0", public=False), "nat-1": NAT}
    (finding,) = diagnose(network(BY_NAT, nats=both, tables=(table("subnet-a"), table("subnet-p", "igw-1")))).findings
    assert finding.command.endswith("--nat-gateway-id nat-1")


def test_a_function_that_needs_the_databases_public_address_is_not_cut_off() -> None:
    (finding,) = diagnose(from_outside(FROM_ANYWHERE)).findings
    assert (finding.id, finding.command) == ("database.public", "")
    assert "first" in finding.advice
    (inside,) = diagnose(database(public=True)).findings
    assert "--no-publicly-accessible" in inside.command
