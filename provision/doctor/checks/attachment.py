"""Where the function stands in the network, and whether names can be looked up there."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Database, Function, Picture


@check
def none(picture: Picture) -> Iterator[Finding]:
    function, database = picture.function, picture.database
    if function is None or function.subnets or (database is not None and database.public):
        return
    yield _elsewhere(
        "network.none",
        "The function is in no VPC, and the database can only be reached from within its own.",
        f"{function.name} has no subnets.",
        function,
        database,
    )


def _elsewhere(id: str, what: str, evidence: str, function: Function, database: Database | None) -> Finding:  # noqa: A002 - its name
    """The function is not where the database can be reached from."""
    subnets = ",".join(database.subnets) if database else "SUBNETS"
    return Finding(
        id=id,
        link=Link.ATTACHMENT,
        what=what,
        evidence=evidence,
        command=f"aws lambda update-function-configuration --function-name {function.name} "
        f"--vpc-config SubnetIds={subnets},SecurityGroupIds=GROUP",
        advice="GROUP is a security group that the database's lets in"
        + ("." if database else ", and SUBNETS are of the database's VPC."),
        by_up=True,
    )


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
def apart(picture: Picture) -> Iterator[Finding]:
    """Another VPC is reached over a peering or a transit gateway; its groups and ACLs are not looked at then."""
    function, database = picture.function, picture.database
    if function is None or database is None or not function.vpc or not database.vpc or function.vpc == database.vpc:
        return
    tables = [picture.network.table_of(subnet) for subnet in picture.own_subnets]
    beyond = ("pcx-", "tgw-")
    if all(table and any(route.target.startswith(beyond) for route in table.routes) for table in tables):
        return
    yield _elsewhere(
        "network.apart",
        "The function and the database are in different VPCs, and no route leads from the one to the other.",
        f"The function is in {function.vpc}, the database in {database.vpc}.",
        function,
        database,
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
