"""RDS DB subnet groups."""

from __future__ import annotations

from typing import Any

from provision.aws.local import lookup
from provision.aws.local.corrections.hooks import before, instead
from provision.aws.local.wire import Call, Refusal


@before("rds:CreateDBSubnetGroup")
def check(call: Call) -> None:
    """moto overwrites a group of the same name, and takes one zone."""
    name = call.params["DBSubnetGroupName"]
    if name.lower() in call.backend.subnet_groups:
        raise Refusal("DBSubnetGroupAlreadyExists", f"The DB subnet group '{name}' already exists.")
    _subnets(call)


@instead("rds:ModifyDBSubnetGroup")
def modify(call: Call) -> dict[str, Any]:
    """moto deletes the group that it modifies."""
    group = _group(call)
    subnets = _subnets(call)
    if any(subnet.vpc_id != group.vpc_id for subnet in subnets):
        raise Refusal("InvalidSubnet", "The new Subnets are not in the same Vpc as the existing subnet group")
    group.subnets = subnets
    group.description = call.params.get("DBSubnetGroupDescription") or group.description
    return {"DBSubnetGroup": group}


@before("rds:DeleteDBSubnetGroup")
def check_unused(call: Call) -> None:
    """moto deletes a group that an instance uses."""
    group = _group(call)
    instances = call.backend.databases.values()
    users = [one.db_instance_identifier for one in instances if getattr(one, "db_subnet_group", None) is group]
    if users:
        raise Refusal(
            "InvalidDBSubnetGroupStateFault",
            f"Cannot delete the subnet group '{group.name}' because at least one database instance: "
            f"{users[0]} is still using it.",
        )


def _group(call: Call) -> Any:
    name = call.params["DBSubnetGroupName"].lower()
    if name not in call.backend.subnet_groups:
        raise Refusal("DBSubnetGroupNotFoundFault", f"DB subnet group '{name}' does not exist.")
    return call.backend.subnet_groups[name]


def _subnets(call: Call) -> list[Any]:
    ec2: Any = call.other("ec2")
    known = {subnet.id: subnet for subnet in lookup.subnets(ec2)}
    asked = call.params.get("SubnetIds", [])
    unknown = [one for one in asked if one not in known]
    if unknown:
        raise Refusal("InvalidParameterValue", f"Some input subnets in :{unknown} are invalid.")
    subnets = [known[one] for one in asked]
    zones = {subnet.availability_zone for subnet in subnets}
    if len(zones) < 2:  # noqa: PLR2004 - AWS's rule, as the message says
        raise Refusal(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. "
            f"Current AZ coverage: {', '.join(sorted(zones))}. Add subnets to cover at least 2 AZs.",
        )
    return subnets
