"""The way out to Secrets Manager where no VPC endpoint leads there: routes, NAT gateway, internet gateway."""

from __future__ import annotations

from collections.abc import Iterator

from provision.doctor import reach
from provision.doctor.checks import ways
from provision.doctor.checks.endpoint import HTTPS, WAY, default_route, endpoint_of, has_routes, used_endpoint
from provision.doctor.finding import Finding, check
from provision.doctor.network import Nat, Route, Subnet
from provision.doctor.picture import Picture


@check
def group(picture: Picture) -> Iterator[Finding]:
    source = ways.own(picture)
    if not has_routes(picture) or used_endpoint(picture) is not None or reach.leaves_for_internet(source, HTTPS):
        return
    own = source.groups[0].id if source.groups else "..."
    names = ", ".join(one.words for one in source.groups) or "none"
    yield Finding(
        id="group.function-internet.egress",
        link=WAY,
        what="The function's security group does not let it out to Secrets Manager on port 443.",
        evidence=f"No egress rule of {names} admits tcp 443 to addresses outside the VPC.",
        fix=f"aws ec2 authorize-security-group-egress --group-id {own} --protocol tcp --port 443 --cidr 0.0.0.0/0",
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
        stop = reach.stopped_outside(picture.network, subnet, HTTPS)
        if stop is None and beyond is not None:
            stop = reach.stopped(picture.network, [subnet], [beyond], HTTPS)
            stop = stop or reach.stopped_outside(picture.network, beyond, HTTPS)
        if stop is not None:
            yield ways.acl(WAY, "function-internet", "the function and Secrets Manager", stop)
            return


def _of_subnet(picture: Picture, subnet: Subnet) -> Iterator[Finding]:
    """What is wrong with the way out of one subnet, the first thing first."""
    route, table = default_route(picture, subnet), picture.network.table_of(subnet)
    where = f"{subnet.id} ({subnet.zone})"
    table_id = table.id if table else "..."
    if route is None:
        yield from _no_way(picture, where, table_id)
        return
    nat = picture.network.nats.get(route.target)
    if route.target.startswith("nat-"):
        yield from _through_nat(picture, where, table_id, route, nat)
    elif route.target.startswith("igw-"):
        yield Finding(
            id="route.internet-gateway",
            link=WAY,
            what="The function's subnet leads straight to an internet gateway, which serves no address without a "
            "public one, and a function has none.",
            evidence=f"The default route of {where} is to {route.target}.",
            fix=f"aws ec2 replace-route --route-table-id {table_id} --destination-cidr-block 0.0.0.0/0 "
            f"--nat-gateway-id {_some_nat(picture)}",
            by_up=True,
        )
    elif route.state == "blackhole":
        yield _blackhole(picture, where, table_id, route)


def _no_way(picture: Picture, where: str, table: str) -> Iterator[Finding]:
    nat = _some_nat(picture)
    if endpoint_of(picture) is not None:
        return  # `endpoint` says what keeps it from being used
    if nat != "...":
        fix = f"aws ec2 create-route --route-table-id {table} --destination-cidr-block 0.0.0.0/0 --nat-gateway-id {nat}"
        yield Finding(
            id="route.none",
            link=WAY,
            what="A subnet of the function has no way out to Secrets Manager.",
            evidence=f"The table {table} of {where} has no default route, though the VPC has {nat}.",
            fix=fix,
            by_up=True,
        )
        return
    vpc = picture.function.vpc if picture.function else "..."
    yield Finding(
        id="egress.none",
        link=WAY,
        what="There is no way from the function to Secrets Manager: neither a NAT gateway nor a VPC endpoint.",
        evidence=f"The table {table} of {where} has no default route, and {vpc} has no endpoint for it.",
        fix=f"aws ec2 create-vpc-endpoint --vpc-id {vpc} --vpc-endpoint-type Interface --private-dns-enabled "
        f"--service-name com.amazonaws.{picture.region}.secretsmanager --subnet-ids ... --security-group-ids ...",
        by_up=True,
    )


def _through_nat(picture: Picture, where: str, table: str, route: Route, nat: Nat | None) -> Iterator[Finding]:
    if nat is None or nat.state in ("deleted", "deleting", "failed"):
        yield _blackhole(picture, where, table, route, nat)
        return
    if nat.state != "available" or not nat.public:
        why = f"It is {nat.state}." if nat.state != "available" else "It is a private one, which leads to no internet."
        yield Finding(
            id="nat.state",
            link=WAY,
            what="The NAT gateway that the function goes out by cannot be used.",
            evidence=f"{nat.id}: {nat.failure or why}",
            fix=f"aws ec2 wait nat-gateway-available --nat-gateway-ids {nat.id}",
        )
        return
    yield from _beyond(picture, nat)


def _beyond(picture: Picture, nat: Nat) -> Iterator[Finding]:
    """From the NAT gateway's own subnet to the internet."""
    network, subnet = picture.network, picture.network.subnets.get(nat.subnet)
    route = default_route(picture, subnet) if subnet else None
    if subnet is None or (route and subnet.vpc in network.gateways.get(route.target, ())):
        return
    table = network.table_of(subnet)
    gateway = next((one for one, vpcs in network.gateways.items() if subnet.vpc in vpcs), "")
    if not gateway:
        yield Finding(
            id="gateway.none",
            link=WAY,
            what="The VPC has no internet gateway, so that its NAT gateway leads nowhere.",
            evidence=f"No internet gateway is attached to {subnet.vpc}.",
            fix=f"aws ec2 attach-internet-gateway --vpc-id {subnet.vpc} --internet-gateway-id "
            f"{route.target if route and route.target.startswith('igw-') else '...'}",
            by_up=True,
        )
        return
    yield Finding(
        id="nat.no-internet",
        link=WAY,
        what="The NAT gateway stands in a subnet that does not lead to the internet.",
        evidence=f"{nat.id} is in {subnet.id}, whose default route is {'to ' + route.target if route else 'missing'}.",
        fix=f"aws ec2 create-route --route-table-id {table.id if table else '...'} "
        f"--destination-cidr-block 0.0.0.0/0 --gateway-id {gateway}",
        by_up=True,
    )


def _blackhole(picture: Picture, where: str, table: str, route: Route, nat: Nat | None = None) -> Finding:
    state = f"which is {nat.state}" if nat else "which is gone"
    failure = f" AWS: {nat.failure}" if nat and nat.failure else ""
    return Finding(
        id="route.blackhole",
        link=WAY,
        what="The function's way out leads to something that is gone.",
        evidence=f"The default route of {where} is to {route.target}, {state}.{failure}",
        fix=f"aws ec2 replace-route --route-table-id {table} --destination-cidr-block 0.0.0.0/0 "
        f"--nat-gateway-id {_some_nat(picture)}",
        by_up=True,
    )


def _some_nat(picture: Picture) -> str:
    vpc = picture.function.vpc if picture.function else ""
    nats = [one for one in picture.network.nats.values() if one.state == "available"]
    here = (one.id for one in nats if vpc in {subnet.vpc for subnet in picture.subnets([one.subnet])})
    return next(here, "...")
