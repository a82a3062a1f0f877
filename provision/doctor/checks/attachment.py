"""Where the function stands in the network, and whether names can be looked up there."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor import reach
from provision.doctor.checks import endpoint, ways
from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture


@check
def none(picture: Picture) -> Iterator[Finding]:
    function, database = picture.function, picture.database
    if function is None or function.subnets or (database is not None and database.public and not picture.via_proxy):
        return
    yield ways.elsewhere(
        "network.none",
        "The function is in no VPC, and the database can only be reached from within its own.",
        f"{function.name} has no subnets.",
        function,
        database,
    )


@check
def outside(picture: Picture) -> Iterator[Finding]:
    """AWS: a function in no VPC comes from any of AWS's public addresses, and a database has its own public one only
    where its subnet leads to an internet gateway."""
    function, database = picture.function, picture.database
    if function is None or function.subnets or database is None or not database.public or picture.via_proxy:
        return
    target = ways.end(picture, "database", database.subnets, database.groups)
    routes = {one.id: endpoint.default_route(picture, one) for one in target.subnets if picture.network.table_of(one)}
    inside = [one for one, route in routes.items() if route is None or not route.target.startswith("igw-")]
    if target.groups and not reach.enters_from_internet(target, database.own_port):
        names = ", ".join(one.words for one in target.groups)
        why = f"No ingress rule of {names} admits tcp {database.own_port} from AWS's public addresses."
    elif inside:
        why = f"The database is in {', '.join(inside)}, whose default route is to no internet gateway."
    else:
        return
    what = "The function is in no VPC, and the database cannot be reached from outside of its own."
    yield ways.elsewhere("network.outside", what, why, function, database)


@check
def gone(picture: Picture) -> Iterator[Finding]:
    """Subnets and groups that the function names and EC2 does not know."""
    function, network = picture.function, picture.network
    if function is None:
        return
    for what, named, known in (
        ("subnet", function.subnets, network.subnets.keys()),
        ("group", function.groups, network.groups.keys()),
    ):
        lost = [one for one in named if one not in known]
        if lost:
            yield Finding(
                id=f"network.{what}",
                link=Link.ATTACHMENT,
                what=f"The function stands in a {what} that is gone.",
                evidence=f"EC2 does not know {', '.join(lost)}.",
                command="provision up",
                by_up=True,
            )


@check
def other_group(picture: Picture) -> Iterator[Finding]:
    """The stack's rules are between its own groups, so that with another one every door is shut."""
    function, proxy, database = picture.function, picture.proxy, picture.database
    for part, link, groups in (
        ("function", Link.ATTACHMENT, function.groups if function and function.subnets else ()),
        ("proxy", Link.PROXY_WAY, proxy.groups if proxy and picture.via_proxy else ()),
        ("database", Link.DATABASE_WAY, database.groups if database else ()),
    ):
        wanted = picture.subject.groups.get(part, "")
        have = [picture.network.groups[one] for one in groups if one in picture.network.groups]
        if wanted and have and wanted not in {one.name for one in have}:
            yield Finding(
                id=f"group.other.{part}",
                link=link,
                what=f"The {part} is in another security group than the stack's.",
                evidence=f"It is in {', '.join(one.words for one in have)}; the stack's is {wanted}.",
                command="provision up",
                by_up=True,
            )


@check
def full(picture: Picture) -> Iterator[Finding]:
    crowded = [subnet for subnet in picture.own_subnets if subnet.free <= 0]
    if crowded:
        yield Finding(
            id="network.full",
            link=Link.ATTACHMENT,
            severity=Severity.risks,
            what="A subnet of the function has no address left for another network interface.",
            evidence=f"{', '.join(one.id for one in crowded)}: 0 free addresses.",
            advice="Remove what is not used there, or give the function another subnet.",
        )


@check
def dns(picture: Picture) -> Iterator[Finding]:
    function = picture.function
    vpc = picture.network.vpcs.get(function.vpc) if function else None
    if vpc is not None and not vpc.dns_support:
        yield Finding(
            id="dns.support",
            link=Link.ATTACHMENT,
            what="No name can be looked up in the VPC: neither Secrets Manager's nor the database's.",
            evidence=f"enableDnsSupport of {vpc.id} is off.",
            command=f"aws ec2 modify-vpc-attribute --vpc-id {vpc.id} --enable-dns-support",
            by_up=True,
        )
