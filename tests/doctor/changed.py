"""A picture with one part of it changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from provision.doctor.network import Acl, Entry, Group, Nat, Route, RouteTable, Rule, Subnet
from provision.doctor.picture import Picture
from tests.doctor.pictures import HEALTHY, NETWORK, OPEN, PROXIED

ANYWHERE = "0.0.0.0/0"


def function(picture: Picture = HEALTHY, **changed: Any) -> Picture:
    assert picture.function is not None
    return replace(picture, function=replace(picture.function, **changed))


def database(picture: Picture = HEALTHY, **changed: Any) -> Picture:
    assert picture.database is not None
    return replace(picture, database=replace(picture.database, **changed))


def secret(picture: Picture = HEALTHY, **changed: Any) -> Picture:
    assert picture.secret is not None
    return replace(picture, secret=replace(picture.secret, **changed))


def proxy(picture: Picture = PROXIED, **changed: Any) -> Picture:
    assert picture.proxy is not None
    return replace(picture, proxy=replace(picture.proxy, **changed))


def network(picture: Picture = HEALTHY, **changed: Any) -> Picture:
    return replace(picture, network=replace(picture.network, **changed))


def told(picture: Picture = HEALTHY, **variables: str) -> Picture:
    """The function's variables."""
    assert picture.function is not None
    return function(picture, variables={**picture.function.variables, **variables})


def table(
    subnet: str, target: str = "", state: str = "active", *, main: bool = False, vpc: str = "vpc-1"
) -> RouteTable:
    """The table of a subnet with a default route, if it has a target."""
    routes = (Route(destination=ANYWHERE, target=target, state=state),) if target else ()
    joined = () if main else (subnet,)
    return RouteTable(id=f"rtb-{subnet}", vpc=vpc, main=main, subnets=joined, routes=routes)


def subnet(name: str, cidr: str, vpc: str = "vpc-1") -> Subnet:
    return Subnet(id=name, vpc=vpc, cidr=cidr, zone="eu-west-1a", free=200)


def group(*rules: Rule) -> Group:
    return Group(id="sg-1", name="all", rules=rules)


def entry(number: int, *, egress: bool, cidr: str = ANYWHERE, allow: bool, ports: Any = None) -> Entry:
    return Entry(number=number, egress=egress, protocol="-1", ports=ports, cidr=cidr, allow=allow)


def acl(subnet: str, *first: Entry) -> Acl:
    """One that lets everything through but for what is said first."""
    rest = (entry(900, egress=True, allow=True), entry(901, egress=False, allow=True))
    return Acl(id=f"acl-{subnet}", subnets=(subnet,), entries=(*first, *rest))


NAT = Nat(id="nat-1", state="available", subnet="subnet-p", public=True)
OUT = Rule(egress=True, protocol="tcp", ports=(443, 443), peer=ANYWHERE)
BY_NAT = network(
    subnets={"subnet-a": NETWORK.subnets["subnet-a"], "subnet-p": subnet("subnet-p", "10.0.9.0/24")},
    tables=(table("subnet-a", "nat-1"), table("subnet-p", "igw-1")),
    acls=(acl("subnet-a"), acl("subnet-p")),
    groups={"sg-1": group(*OPEN, OUT)},
    nats={"nat-1": NAT},
    gateways={"igw-1": ("vpc-1",)},
    endpoints=(),
)
"""The healthy picture, with a NAT gateway instead of the endpoint."""
PAST = replace(PROXIED, function=HEALTHY.function)
"""With a proxy that the function does not use."""
