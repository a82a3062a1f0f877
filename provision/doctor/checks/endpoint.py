"""The interface endpoint through which the function reads the secret, where the VPC has one."""

from __future__ import annotations

import json
from collections.abc import Iterator

from provision.doctor import reach
from provision.doctor.checks import ways
from provision.doctor.finding import Finding, Link, check
from provision.doctor.network import Endpoint, Route, Subnet
from provision.doctor.picture import Picture
from provision.doctor.policy import READ, Context, lets

HTTPS = 443
WAY = Link.SECRET_WAY


def endpoint_of(picture: Picture) -> Endpoint | None:
    """The VPC's endpoint for Secrets Manager, working or not. AWS: of several only one may have private DNS."""
    vpc = picture.function.vpc if picture.function else ""
    here = [one for one in picture.network.endpoints if vpc and one.vpc == vpc]
    return next((one for one in here if one.private_dns and one.state == "available"), next(iter(here), None))


def used_endpoint(picture: Picture) -> Endpoint | None:
    """The endpoint, where the service's name leads to it."""
    endpoint = endpoint_of(picture)
    vpc = picture.network.vpcs.get(endpoint.vpc) if endpoint else None
    works = endpoint and endpoint.state == "available" and endpoint.private_dns
    return endpoint if works and (vpc is None or vpc.dns_hostnames) else None


def from_where(picture: Picture) -> Context:
    """What AWS knows of the place that the function's request for its secret comes from: only what comes through a VPC
    endpoint has one. A transit gateway may lead to one that is not seen."""
    endpoint = used_endpoint(picture)
    if endpoint is not None:
        return {"aws:sourcevpc": endpoint.vpc, "aws:sourcevpce": endpoint.id}
    tables = [picture.network.table_of(subnet) for subnet in picture.own_subnets]
    known = all(table and all(one.target.startswith(("local", "nat-")) for one in table.routes) for table in tables)
    return {"aws:sourcevpc": None, "aws:sourcevpce": None} if known else {}


@check
def unused(picture: Picture) -> Iterator[Finding]:
    """An endpoint that is there and not used; with a NAT gateway beside it the function gets out all the same."""
    found = endpoint_of(picture)
    if found is None or used_endpoint(picture) is not None or has_routes(picture):
        return
    if found.state != "available":
        yield Finding(
            id="endpoint.state",
            link=WAY,
            what=f"The VPC endpoint for Secrets Manager is {found.state}, and there is no other way out.",
            evidence=f"{found.id}: {found.error or found.state}",
            command=f"aws ec2 delete-vpc-endpoints --vpc-endpoint-ids {found.id}",
            advice="Then make it again.",
            by_up=True,
        )
    elif not found.private_dns:
        yield Finding(
            id="endpoint.private-dns",
            link=WAY,
            what="Secrets Manager's name does not lead to its VPC endpoint, and there is no other way out.",
            evidence=f"Private DNS of {found.id} is off.",
            command=f"aws ec2 modify-vpc-endpoint --vpc-endpoint-id {found.id} --private-dns-enabled",
            by_up=True,
        )
    else:
        yield Finding(
            id="dns.hostnames",
            link=WAY,
            what="Secrets Manager's name does not lead to its VPC endpoint, because the VPC gives no host names.",
            evidence=f"enableDnsHostnames of {found.vpc} is off; private DNS needs it on.",
            command=f"aws ec2 modify-vpc-attribute --vpc-id {found.vpc} --enable-dns-hostnames",
            by_up=True,
        )


@check
def endpoint_groups(picture: Picture) -> Iterator[Finding]:
    found = used_endpoint(picture)
    if found is not None:
        target = ways.end(picture, "endpoint", found.subnets, found.groups)
        yield from ways.closed(picture, WAY, ways.own(picture), target, HTTPS)


@check
def endpoint_policy(picture: Picture) -> Iterator[Finding]:
    found, function, secret = used_endpoint(picture), picture.function, picture.secret
    if found is None or not found.policy or function is None or secret is None:
        return
    context = {"aws:principalaccount": picture.account, "aws:principalarn": function.role}
    context |= {"aws:sourcevpc": found.vpc, "aws:sourcevpce": found.id}
    if not lets(json.loads(found.policy), READ, secret.arn, context, function.role):
        yield Finding(
            id="endpoint.policy",
            link=WAY,
            what="The VPC endpoint's policy does not let the function read its secret.",
            evidence=f"The policy of {found.id} does not allow {READ} on {secret.arn}.",
            command=f"aws ec2 modify-vpc-endpoint --vpc-endpoint-id {found.id} --reset-policy",
            by_up=True,
        )


def default_route(picture: Picture, subnet: Subnet) -> Route | None:
    """Where a subnet leads to when the destination is outside the VPC."""
    table = picture.network.table_of(subnet)
    return next((one for one in table.routes if one.destination == reach.ANYWHERE), None) if table else None


def has_routes(picture: Picture) -> bool:
    """Whether each of the function's subnets leads somewhere outside the VPC."""
    return bool(picture.own_subnets) and all(
        default_route(picture, subnet) is not None for subnet in picture.own_subnets
    )
