"""The two ways out of the private subnets, to Secrets Manager: a NAT gateway, or an interface endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from provision.chapters import traffic
from provision.engine.resource import Resource, Steps
from provision.names import Names
from provision.resources.ec2.elastic_ip import ElasticIp
from provision.resources.ec2.interface_endpoint import InterfaceEndpoint
from provision.resources.ec2.internet_gateway import InternetGateway
from provision.resources.ec2.nat_gateway import NatGateway
from provision.resources.ec2.route import Route
from provision.resources.ec2.route_table import RouteTable
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.security_group_rule import SecurityGroupRule
from provision.resources.ec2.subnet import Subnet
from provision.resources.ec2.vpc import Vpc
from provision.resources.ec2.vpc_dns import VpcDns
from provision.settings import Settings

HTTPS = 443


def by_nat(
    steps: Steps,
    settings: Settings,
    count: int,
    *,
    vpc: Vpc,
    tables: tuple[RouteTable, RouteTable],
    groups: Sequence[SecurityGroup],
) -> list[Resource[Any]]:
    """Public subnets, an internet gateway, and `count` NAT gateways that the private tables go out by. Returns what
    lets the `groups` out."""
    network = settings.network
    gateway = steps.add(InternetGateway(key="internet-gateway", vpc=vpc))
    public = tuple(
        steps.add(
            Subnet(
                key=f"subnet.public-{zone}",
                vpc=vpc,
                cidr=network.subnet(2 + index),
                zone_index=index,
                zones=network.zones,
            )
        )
        for index, zone in enumerate("ab")
    )
    table = steps.add(RouteTable(key="table.public", vpc=vpc, subnets=public))
    out = steps.add(Route(key="route.public", table=table, target=gateway))
    nats = []
    for subnet, zone in list(zip(public, "ab", strict=True))[:count]:
        address = steps.add(ElasticIp(key=f"address.nat-{zone}"))
        nats.append(
            steps.add(
                NatGateway(
                    key=f"nat.{zone}", subnet=subnet, address=address, internet_gateway=gateway, public_route=out
                )
            )
        )
    ways: list[Resource[Any]] = [
        steps.add(Route(key=f"route.private-{zone}", table=private, target=nats[min(index, count - 1)]))
        for index, (private, zone) in enumerate(zip(tables, "ab", strict=True))
    ]
    for group in groups:
        whose = group.key.removeprefix("group.")
        rule = SecurityGroupRule(
            key=f"rule.{whose}-to-internet",
            group=group,
            direction="egress",
            port=HTTPS,
            peer="0.0.0.0/0",
            description=f"{whose.capitalize()} to Secrets Manager over the NAT gateway",
        )
        ways.append(steps.add(rule))
    return ways


def by_endpoint(
    steps: Steps, names: Names, *, dns: VpcDns, subnets: tuple[Subnet, Subnet], groups: Sequence[SecurityGroup]
) -> tuple[InterfaceEndpoint, list[Resource[Any]]]:
    """An interface endpoint for Secrets Manager, and no way to the internet at all. Returns it, and what lets the
    `groups` reach it."""
    endpoint_group = steps.add(
        SecurityGroup(
            key="group.endpoint", vpc=dns.vpc, name=names.group("endpoint"), description="Secrets Manager endpoint"
        )
    )
    rules = [rule for group in groups for rule in traffic.allow(steps, group, endpoint_group, port=HTTPS)]
    endpoint = steps.add(
        InterfaceEndpoint(key="endpoint.secretsmanager", dns=dns, subnets=subnets, group=endpoint_group)
    )
    return endpoint, [endpoint, *rules]
