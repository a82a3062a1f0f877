"""What AWS says of a DB instance, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FULL = "storage-full"
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
        "modify-failed",
        "restore-error",
        "upgrade-failed",
        FULL,
    }
)
"""AWS: states that no waiting heals (RDS user guide, "DB instance status"; DBInstanceStatus of the CloudFormation
handlers); the database's own waiter of botocore spins on half of them for thirty minutes."""
LEAVING = frozenset({"deleting", "delete-precheck"})
SERVING = frozenset(
    {
        "available",
        "backing-up",
        "configuring-enhanced-monitoring",
        "storage-initialization",
        "storage-optimization",
    }
)
"""AWS: states in which an instance takes connections and is whole; the storage's last for hours, after a restore or a
growth."""
LOCKED = frozenset({"inaccessible-encryption-credentials", "inaccessible-encryption-credentials-recoverable"})
"""AWS: the key is disabled, or RDS may not use it any more; the instance is down then."""


_KEY = (
    "Enable the key that the database is encrypted with, and RDS's right to use it, in the AWS console; then start the "
    "database there. If it stays so: restore it from a backup."
)
_HINTS = {
    FULL: "Raise database.storage_gib (and database.max_storage_gib) above the {gib} GiB that it has grown to, and run "
    "`up` again.",
    **dict.fromkeys(LOCKED, _KEY),
    "incompatible-parameters": "Set back what was changed in its parameter group (`aws rds reset-db-parameter-group`), "
    "then reboot it.",
    "incompatible-network": "Free addresses in the private subnets, then restore it from a backup. If its data is not "
    "needed: run `teardown`, then `up` again.",
    "insufficient-capacity": "Choose another database.instance_class or other zones (network.zones); then run "
    "`teardown` and `up` again, now or later.",
}


def hint(status: str, *, gib: int) -> str:
    """The next step for a state in which no waiting helps; `gib` is the storage that there is."""
    again = "RDS's events in the AWS console tell more. If its data is not needed: run `teardown`, then `up` again."
    return _HINTS.get(status, again).format(gib=gib)


def described(seen: Mapping[str, Any], name: str) -> Any:
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
