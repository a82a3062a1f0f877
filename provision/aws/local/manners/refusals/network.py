"""Dependency order: what EC2 refuses to delete, and why. moto deletes most of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provision.aws.local import lookup
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners.states.nat_gateways import letting_go
from provision.aws.local.wire import Call, Refusal


def check_group(call: Call) -> None:
    """AWS: DependencyViolation while an interface has the group or another group's rule names it; CannotDelete for a
    VPC's default group."""
    group = call.backend.get_security_group_from_id(call.params.get("GroupId") or "")
    if group is None:
        return
    if group.name == "default":
        raise Refusal("CannotDelete", f'the specified group: "{group.id}" name: "default" cannot be deleted by a user')
    used = any(group in interface.group_set for interface in call.backend.enis.values())
    if used or any(group.id in _named(other) for other in _groups(call) if other is not group):
        raise Refusal("DependencyViolation", f"resource {group.id} has a dependent object")


def _groups(call: Call) -> Iterator[Any]:
    for groups in call.backend.groups.values():
        yield from groups.values()


def _named(group: Any) -> set[str]:
    return {rule.source_group.get("GroupId") or "" for rule in (*group.ingress_rules, *group.egress_rules)}


def check_subnet(call: Call) -> None:
    """AWS: while an interface is in it."""
    asked = call.params["SubnetId"]
    if any(interface.subnet.id == asked for interface in call.backend.enis.values()):
        raise Refusal("DependencyViolation", f"The subnet '{asked}' has dependencies and cannot be deleted.")


def check_vpc(call: Call) -> None:
    """AWS: while anything but its main route table, default group and default ACL is in it."""
    asked = call.params["VpcId"]
    if asked in call.backend.vpcs and any(_inside(call, asked)):
        raise Refusal("DependencyViolation", f"The vpc '{asked}' has dependencies and cannot be deleted.")


def _inside(call: Call, vpc_id: str) -> Iterator[bool]:
    ec2 = call.backend
    yield any(one.vpc_id == vpc_id for one in lookup.subnets(ec2))
    yield any(one.vpc and one.vpc.id == vpc_id for one in ec2.internet_gateways.values())
    yield any(one.vpc_id == vpc_id and not one.main_association_id for one in ec2.route_tables.values())
    yield any(one.vpc_id == vpc_id and one.name != "default" for one in _groups(call))
    yield any(one.vpc_id == vpc_id and not one.default for one in ec2.network_acls.values())
    yield any(one.vpc_id == vpc_id and one.state.lower() != "deleted" for one in ec2.vpc_end_points.values())
    yield any(one.vpc_id == vpc_id for one in ec2.enis.values())
    # AWS: so does one with another VPC (hashicorp/terraform-provider-aws#3118); the console deletes it along.
    peered = [one for one in ec2.vpc_pcxs.values() if one._status.code == "active"]  # noqa: SLF001 - moto's own
    yield any(vpc_id in (one.vpc.id, one.peer_vpc.id) for one in peered)
    attachments = [held for one in ec2.vpn_gateways.values() for held in one.attachments.values()]
    yield any(held.vpc_id == vpc_id and held.state != "detached" for held in attachments)
    yield any(one.vpc_id == vpc_id for one in ec2.egress_only_internet_gateways.values())


def check_detach(call: Call) -> None:
    """AWS: while public addresses are mapped in the VPC, those included that a NAT gateway is only just letting go."""
    asked = call.params["VpcId"]
    mapped = any(one.eni is not None and one.eni.vpc_id == asked for one in call.backend.addresses)
    held = any(one.vpc_id == asked and letting_go(one) for one in call.backend.nat_gateways.values())
    if mapped or held:
        raise Refusal(
            "DependencyViolation",
            f"Network {asked} has some mapped public address(es). Please unmap those public address(es) before "
            "detaching the gateway.",
        )


def check_table(call: Call) -> None:
    """AWS: a VPC's main table goes with the VPC."""
    table = call.backend.route_tables.get(call.params["RouteTableId"])
    if table is not None and table.main_association_id:
        raise Refusal("DependencyViolation", f"The routeTable '{table.id}' has dependencies and cannot be deleted.")


def check_parameter_group(call: Call) -> None:
    """AWS: while an instance has it."""
    asked = call.params["DBParameterGroupName"]
    for instance in call.backend.databases.values():
        if any(group.name == asked for group in instance.db_parameter_groups()):
            raise Refusal(
                "InvalidDBParameterGroupState",
                "One or more database instances are still members of this parameter group "
                f"{asked}, so the group cannot be deleted",
            )


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.before["ec2:DeleteSecurityGroup"].append(check_group)
    table.before["ec2:DeleteSubnet"].append(check_subnet)
    table.before["ec2:DeleteVpc"].append(check_vpc)
    table.before["ec2:DetachInternetGateway"].append(check_detach)
    table.before["ec2:DeleteRouteTable"].append(check_table)
    table.before["rds:DeleteDBParameterGroup"].append(check_parameter_group)
