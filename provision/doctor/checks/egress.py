"""The way out to Secrets Manager where no VPC endpoint leads there: routes, NAT gateway, internet gateway."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor import reach
from provision.doctor.checks import ways
from provision.doctor.checks.endpoint import HTTPS, WAY, default_route, endpoint_of, has_routes, used_endpoint
from provision.doctor.finding import Finding, check
from provision.doctor.network import Nat, Route, RouteTable, Subnet
from provision.doctor.picture import Picture


@check
def group(picture: Picture) -> Iterator[Finding]:
    source = ways.own(picture)
    if not has_routes(picture) or used_endpoint(picture) is not None or reach.leaves_for_internet(source, HTTPS):
        return
    own = source.groups[0].id if source.groups else ""
    names = ", ".join(one.words for one in source.groups) or "none"
    yield Finding(
        id="group.function-internet.egress",
        link=WAY,
        what="The function's security group does not let it out to Secrets Manager on port 443.",
        evidence=f"No egress rule of {names} admits tcp 443 to addresses outside the VPC.",
        command=f"aws ec2 authorize-security-group-egress --group-id {own} --protocol tcp --port 443 --cidr 0.0.0.0/0"
        if own
        else "",
        advice="" if own else "Give the function a security group that is there.",
        by_up=True,
    )


@check
def routes(picture: Picture) -> Iterator[Finding]:
    """Every subnet of the function wants a way out: Lambda uses any of them."""
    if used_endpoint(picture) is not None:
        return
    for subnet in picture.own_subnets:
        found = next(_of_subnet(picture, subnet), None)
        if found is not None:
            yield found
            return


@check
def acls(picture: Picture) -> Iterator[Finding]:
    if used_endpoint(picture) is not None:
        return
    for subnet in picture.own_subnets:
        route = default_route(picture, subnet)
        nat = picture.network.nats.get(route.target) if route else None
        beyond = picture.network.subnets.get(nat.subnet) if nat else None
        stop = reach.stopped_outside(picture.network, subnet, HTTPS, beyond)
        if stop is None and beyond is not None:
            stop = reach.stopped_outside(picture.network, beyond, HTTPS)
        if stop is not None:
            yield ways.acl(WAY, "function-internet", "the function and Secrets Manager", stop)
            return


def _of_subnet(picture: Picture, subnet: Subnet) -> Iterator[Finding]:
    """What is wrong with the way out of one subnet, the first thing first."""
    route, table = default_route(picture, subnet), picture.network.table_of(subnet)
    if table is None:
        return  # AWS: a VPC always has a main one, so it was not shown
    where = f"{subnet.id} ({subnet.zone})"
    if route is None:
        yield from _no_way(picture, subnet, table.id)
        return
    nat = picture.network.nats.get(route.target)
    if route.target.startswith("nat-"):
        yield from _through_nat(picture, where, table.id, route, nat)
    elif route.target.startswith("igw-"):
        command, advice = _instead(picture, table)
        yield Finding(
            id="route.internet-gateway",
            link=WAY,
            what="The function's subnet leads straight to an internet gateway, which serves no address without a "
            "public one, and a function has none.",
            evidence=f"The default route of {where} is to {route.target}.",
            command=command,
            advice=advice,
            by_up=True,
        )
    elif route.state == "blackhole":
        yield _blackhole(picture, where, table.id, route)


def _no_way(picture: Picture, subnet: Subnet, table: str) -> Iterator[Finding]:
    nat, where = _some_nat(picture), f"{subnet.id} ({subnet.zone})"
    if endpoint_of(picture) is not None:
        return  # `endpoint` says what keeps it from being used
    if nat:
        command, advice = _by_nat(picture, "create", table)
        yield Finding(
            id="route.none",
            link=WAY,
            what="A subnet of the function has no way out to Secrets Manager.",
            evidence=f"The table {table} of {where} has no default route, though the VPC has {nat}.",
            command=command,
            advice=advice,
            by_up=True,
        )
        return
    subnets = {one.zone: one.id for one in picture.own_subnets}  # AWS: an endpoint takes one of each zone
    yield Finding(
        id="egress.none",
        link=WAY,
        what="There is no way from the function to Secrets Manager: neither a NAT gateway nor a VPC endpoint.",
        evidence=f"The table {table} of {where} has no default route, and {subnet.vpc} has no endpoint for it.",
        command=f"aws ec2 create-vpc-endpoint --vpc-id {subnet.vpc} --vpc-endpoint-type Interface "
        f"--service-name com.amazonaws.{picture.region}.secretsmanager --private-dns-enabled "
        f"--subnet-ids {' '.join(subnets.values())} --security-group-ids GROUP",
        advice="GROUP is a security group that lets the function in on port 443.",
        by_up=True,
    )


def _through_nat(picture: Picture, where: str, table: str, route: Route, nat: Nat | None) -> Iterator[Finding]:
    if nat is None or nat.state in ("deleted", "deleting", "failed"):
        yield _blackhole(picture, where, table, route, nat)
        return
    if nat.state != "available" or not nat.public:
        passing = nat.state != "available"
        why = f"It is {nat.state}." if passing else "It is a private one, which leads to no internet."
        yield Finding(
            id="nat.state",
            link=WAY,
            what="The NAT gateway that the function goes out by cannot be used.",
            evidence=f"{nat.id}: {nat.failure or why}",
            command=f"aws ec2 wait nat-gateway-available --nat-gateway-ids {nat.id}" if passing else "",
            advice="" if passing else "Make a public NAT gateway, and let the route lead to that.",
        )
        return
    yield from _beyond(picture, nat)


def _beyond(picture: Picture, nat: Nat) -> Iterator[Finding]:
    """From the NAT gateway's own subnet to the internet."""
    network, subnet = picture.network, picture.network.subnets.get(nat.subnet)
    route = default_route(picture, subnet) if subnet else None
    table = network.table_of(subnet) if subnet else None
    if subnet is None or table is None:
        return
    if route and subnet.vpc in network.gateways.get(route.target, ()):
        yield from _blocked(picture, nat, subnet)
        return
    if route and route.state != "blackhole" and not route.target.startswith(("igw-", "nat-", "eigw-")):
        return  # something else, such as a firewall's endpoint, may pass it on
    gateway = next((one for one, vpcs in network.gateways.items() if subnet.vpc in vpcs), "")
    if not gateway:
        lost = route.target if route and route.target.startswith("igw-") else ""
        yield Finding(
            id="gateway.none",
            link=WAY,
            what="The VPC has no internet gateway, so that its NAT gateway leads nowhere.",
            evidence=f"No internet gateway is attached to {subnet.vpc}.",
            command=f"aws ec2 attach-internet-gateway --vpc-id {subnet.vpc} --internet-gateway-id "
            f"{lost or 'INTERNET_GATEWAY'}",
            advice="" if lost else "INTERNET_GATEWAY is what `aws ec2 create-internet-gateway` makes.",
            by_up=True,
        )
        return
    yield Finding(
        id="nat.no-internet",
        link=WAY,
        what="The NAT gateway stands in a subnet that does not lead to the internet.",
        evidence=f"{nat.id} is in {subnet.id}, whose default route is {'to ' + route.target if route else 'missing'}.",
        command=f"aws ec2 {'replace' if route else 'create'}-route --route-table-id {table.id} "
        f"--destination-cidr-block 0.0.0.0/0 --gateway-id {gateway}",
        by_up=True,
    )


def _blocked(picture: Picture, nat: Nat, subnet: Subnet) -> Iterator[Finding]:
    """AWS: VPC Block Public Access stops a NAT gateway's traffic in bidirectional mode alone, and an exclusion of the
    subnet or its VPC shows as the subnet's own mode (VPC User Guide, "VPC BPA basics")."""
    if subnet.block_mode != "block-bidirectional" or picture.probe.works:
        return
    yield Finding(
        id="egress.block-public-access",
        link=WAY,
        what="VPC Block Public Access keeps the NAT gateway from the internet, and so the function from Secrets "
        "Manager.",
        evidence=f"{nat.id} is in {subnet.id}, whose mode is {subnet.block_mode}: no traffic by internet gateways.",
        command=f"aws ec2 create-vpc-block-public-access-exclusion --subnet-id {subnet.id} "
        "--internet-gateway-exclusion-mode allow-egress",
        advice="Or reach Secrets Manager without the internet, through a VPC endpoint, as "
        "`provision up --egress endpoint` does.",
    )


def _blackhole(picture: Picture, where: str, table: str, route: Route, nat: Nat | None = None) -> Finding:
    state = f"which is {nat.state}" if nat else "which is gone"
    failure = f" AWS: {nat.failure}" if nat and nat.failure else ""
    command, advice = _by_nat(picture, "replace", table)
    return Finding(
        id="route.blackhole",
        link=WAY,
        what="The function's way out leads to something that is gone.",
        evidence=f"The default route of {where} is to {route.target}, {state}.{failure}",
        command=command,
        advice=advice,
        by_up=True,
    )


def _instead(picture: Picture, table: RouteTable) -> tuple[str, str]:
    """As `_by_nat`, where the table serves the function alone; else the function is to leave, because what else is
    there, such as the NAT gateway itself, wants the internet gateway."""
    function, network = picture.function, picture.network
    served = {one.id for one in network.subnets.values() if network.table_of(one) is table}
    others = served - set(function.subnets if function else ()) | {one.subnet for one in network.nats.values()} & served
    if function is None or not others:
        return _by_nat(picture, "replace", table.id)
    out = {one.id for one in network.nats.values() if one.state == "available" and one.public}
    by = {one.id: default_route(picture, one) for one in network.subnets.values() if one.vpc == function.vpc}
    private = ",".join(one for one, route in by.items() if route and route.target in out)
    command = (
        f"aws lambda update-function-configuration --function-name {function.name} "
        f"--vpc-config SubnetIds={private or 'SUBNETS'},SecurityGroupIds={','.join(function.groups)}"
    )
    return command, "" if private else "SUBNETS are private ones, whose default route leads to a NAT gateway."


def _by_nat(picture: Picture, verb: str, table: str) -> tuple[str, str]:
    """The command that lets a table lead to the VPC's NAT gateway, and advice where it has none."""
    nat = _some_nat(picture)
    command = f"aws ec2 {verb}-route --route-table-id {table} --destination-cidr-block 0.0.0.0/0"
    advice = "" if nat else "NAT_GATEWAY is one that has yet to be made, in a public subnet."
    return f"{command} --nat-gateway-id {nat or 'NAT_GATEWAY'}", advice


def _some_nat(picture: Picture) -> str:
    vpc = picture.function.vpc if picture.function else ""
    nats = [one for one in picture.network.nats.values() if one.state == "available" and one.public]
    here = (one.id for one in nats if vpc in {subnet.vpc for subnet in picture.subnets([one.subnet])})
    return next(here, "")
