"""What AWS says of a DB instance, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

BROKEN = frozenset(
    {
        "failed",
        "inaccessible-encryption-credentials",
        "inaccessible-encryption-credentials-recoverable",
        "incompatible-create",
        "incompatible-credentials",
        "incompatible-network",
        "incompatible-option-group",
        "incompatible-parameters",
        "incompatible-restore",
        "insufficient-capacity",
        "restore-error",
        "storage-full",
    }
)
"""AWS: states that no waiting heals; the database's own waiter of botocore spins on half of them for thirty minutes."""
SERVING = frozenset({"available", "backing-up", "storage-optimization", "configuring-enhanced-monitoring"})
"""AWS: states in which an instance takes connections and is whole."""
SNAPSHOTLESS = frozenset({"failed", "incompatible-restore", "incompatible-network"})
"""AWS: states in which DeleteDBInstance takes no final snapshot."""


def hint(status: str) -> str:
    """The next step for a state in which no waiting helps."""
    if status == "storage-full":
        return "Raise database.storage_gib or database.max_storage_gib and run `up` again."
    return "Run `teardown`, then `up` again; RDS's events in the AWS console tell more."


def told(seen: Mapping[str, Any], name: str) -> Any:
    """The value of a property in AWS's description."""
    if name == "VpcSecurityGroups":
        return [group["VpcSecurityGroupId"] for group in seen.get("VpcSecurityGroups", [])]
    if name == "DBParameterGroups":
        groups = [group["DBParameterGroupName"] for group in seen.get("DBParameterGroups", [])]
        return groups[0] if groups else ""
    if name == "MaxAllocatedStorage":  # AWS: absent when autoscaling is off
        return seen.get("MaxAllocatedStorage", seen["AllocatedStorage"])
    return seen.get(name)


def words(value: Any) -> str:
    """A property's value for people."""
    if isinstance(value, bool):
        return str(value).lower()
    return ", ".join(value) if isinstance(value, list) else str(value)
