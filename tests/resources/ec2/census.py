"""What is in the account of the small network, by its tags."""

from __future__ import annotations

from typing import Any

from provision.aws import tags
from tests.resources.ec2.network import network
from tests.resources.harness import NAME, Account

KINDS = {
    "vpc": ("describe_vpcs", "Vpcs"),
    "subnet": ("describe_subnets", "Subnets"),
    "internet-gateway": ("describe_internet_gateways", "InternetGateways"),
    "address": ("describe_addresses", "Addresses"),
    "nat": ("describe_nat_gateways", "NatGateways"),
    "table": ("describe_route_tables", "RouteTables"),
    "group": ("describe_security_groups", "SecurityGroups"),
    "acl": ("describe_network_acls", "NetworkAcls"),
    "rule": ("describe_security_group_rules", "SecurityGroupRules"),
    "endpoint": ("describe_vpc_endpoints", "VpcEndpoints"),
}
TAGGED = {step.key for step in network() if not step.key.startswith(("route.", "vpc.dns"))}


def census(account: Account) -> dict[str, dict[str, str]]:
    """The tags of everything in the account that carries ours and is not deleted, by `provision:key`."""
    ec2 = account.outside("ec2")
    found: dict[str, dict[str, str]] = {}
    there = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"]}
    for operation, items in KINDS.values():
        listed: list[Any] = getattr(ec2, operation)()[items]
        for one in listed:
            have = tags.read(one.get("Tags"))
            if have.get(tags.STACK) == NAME and one.get("State") != "deleted":
                if operation == "describe_network_acls" and one["VpcId"] not in there:
                    continue  # AWS: goes with its VPC; moto 5.2.5 keeps it
                assert have[tags.KEY] not in found, "twice"
                found[have[tags.KEY]] = have
    return found
