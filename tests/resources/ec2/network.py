"""A small network with every kind of EC2 resource in it."""

from __future__ import annotations

from provision.engine.resource import Steps
from provision.resources.ec2.default_acl import DefaultNetworkAcl
from provision.resources.ec2.default_group import DefaultSecurityGroup
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


def network(*, cidr: str = "10.0.0.0/16", zones: tuple[str, ...] = (), nats: int = 1) -> Steps:
    """Two private subnets that go out by `nats` NAT gateways, two groups that name each other, and an endpoint."""
    steps = Steps()
    vpc = steps.add(Vpc(key="vpc", cidr=cidr))
    dns = steps.add(VpcDns(key="vpc.dns", vpc=vpc))
    steps.add(DefaultSecurityGroup(key="group.default", vpc=vpc))
    steps.add(DefaultNetworkAcl(key="acl.default", vpc=vpc, internet=True))
    private, public = (
        tuple(
            steps.add(
                Subnet(
                    key=f"subnet.{name}-{zone}",
                    vpc=vpc,
                    cidr=f"10.0.{first + index}.0/24",
                    zone_index=index,
                    zones=zones,
                )
            )
            for index, zone in enumerate("ab")
        )
        for name, first in (("private", 0), ("public", 2))
    )
    gateway = steps.add(InternetGateway(key="internet-gateway", vpc=vpc))
    table = steps.add(RouteTable(key="table.public", vpc=vpc, subnets=public))
    out = steps.add(Route(key="route.public", table=table, target=gateway))
    gateways = [
        steps.add(
            NatGateway(
                key=f"nat.{zone}",
                subnet=public[index],
                address=steps.add(ElasticIp(key=f"address.nat-{zone}")),
                internet_gateway=gateway,
                public_route=out,
            )
        )
        for index, zone in enumerate("ab"[:nats])
    ]
    for index, zone in enumerate("ab"):
        own = steps.add(RouteTable(key=f"table.private-{zone}", vpc=vpc, subnets=(private[index],)))
        steps.add(Route(key=f"route.private-{zone}", table=own, target=gateways[min(index, nats - 1)]))
    groups(steps, dns, private)
    return steps


def groups(steps: Steps, dns: VpcDns, subnets: tuple[Subnet, ...]) -> None:
    database, function, door = (
        steps.add(SecurityGroup(key=f"group.{name}", vpc=dns.vpc, name=f"shop-{name}", description=name))
        for name in ("database", "function", "endpoint")
    )
    for key, group, direction, port, peer in (
        ("function-to-database", function, "egress", 5432, database),
        ("database-from-function", database, "ingress", 5432, function),
        ("function-to-internet", function, "egress", 443, "0.0.0.0/0"),
        ("endpoint-from-function", door, "ingress", 443, function),
    ):
        steps.add(
            SecurityGroupRule(
                key=f"rule.{key}", group=group, direction=direction, port=port, peer=peer, description=key
            )
        )
    steps.add(InterfaceEndpoint(key="endpoint.secretsmanager", dns=dns, subnets=subnets, group=door))
