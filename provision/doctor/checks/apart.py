"""The way between two VPCs: routes over a peering connection, a transit gateway or Cloud WAN, there and back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from provision.doctor import reach
from provision.doctor.checks import ways
from provision.doctor.finding import Finding, Link, check
from provision.doctor.network import Route, RouteTable, Subnet
from provision.doctor.picture import Picture

OPTIONS = {"pcx-": "--vpc-peering-connection-id", "tgw-": "--transit-gateway-id", "arn:": "--core-network-arn"}
"""How the target of a route that leads to another VPC begins, and the option that names it."""


@check
def apart(picture: Picture) -> Iterator[Finding]:
    function, database = picture.function, picture.database
    if function is None or database is None or not function.vpc or not database.vpc or function.vpc == database.vpc:
        return
    if _in_public(picture):
        return
    lacking = _lacking(picture)
    if not lacking:
        return
    here, there, table, route = lacking[0]
    known = _known(picture)
    if not known:
        yield ways.elsewhere(
            "network.apart",
            "The function and the database are in different VPCs, and no route leads from the one to the other.",
            f"The function is in {function.vpc}, the database in {database.vpc}.",
            function,
            database,
        )
        return
    back = here.vpc == database.vpc
    lost = route is not None and route.destination == there.cidr
    yield Finding(
        id="network.route",
        link=Link.ATTACHMENT,
        what=f"The function and the database are in different VPCs, and no route leads {'back' if back else 'there'}.",
        evidence=f"The table {table.id} of {here.id} sends what is meant for {there.cidr} "
        + (f"to {route.target} ({route.state})." if route else "nowhere."),
        command=f"aws ec2 {'replace' if lost else 'create'}-route --route-table-id {table.id} "
        f"--destination-cidr-block {there.cidr} {OPTIONS[known[:4]]} {known}",
        by_up=True,
    )


def connected(picture: Picture) -> bool:
    """Whether routes lead from the function's subnets to the database's and back, as far as they were shown."""
    return not _lacking(picture)


def _in_public(picture: Picture) -> bool:
    """AWS: the name of a public database leads to its public address from another VPC, so that the internet is the way
    to it."""
    return picture.database is not None and picture.database.public and not picture.via_proxy


def _lacking(picture: Picture) -> list[tuple[Subnet, Subnet, RouteTable, Route | None]]:
    """From where to where no route leads, and what is in its place."""
    return [one for one in _routes(picture) if not _leads(one[3])]


def _known(picture: Picture) -> str:
    """What leads from one VPC to the other somewhere."""
    targets = (route.target for *_, route in _routes(picture) if route is not None and _leads(route))
    return next((one for one in targets if one.startswith(tuple(OPTIONS))), "")


def _routes(picture: Picture) -> list[tuple[Subnet, Subnet, RouteTable, Route | None]]:
    ours, theirs = picture.own_subnets, picture.subnets(picture.database.subnets if picture.database else ())
    pairs = [*product(ours, theirs), *product(theirs, ours)]
    tables = [(here, there, picture.network.table_of(here)) for here, there in pairs if here.vpc != there.vpc]
    return [(here, there, table, reach.route_to(table, there.cidr)) for here, there, table in tables if table]


def _leads(route: Route | None) -> bool:
    """An appliance that somebody put there may lead on; one that gets everything leads to the internet."""
    if route is None or route.state == "blackhole" or route.target.startswith(("igw-", "nat-", "eigw-", "local")):
        return False
    return route.target.startswith(tuple(OPTIONS)) or route.destination != reach.ANYWHERE
