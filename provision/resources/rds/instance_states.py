"""What AWS says of a DB instance, and what to do about it."""

from __future__ import annotations

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


def hint(status: str) -> str:
    """The next step for a state in which no waiting helps."""
    if status == "storage-full":
        return "Raise database.storage_gib or database.max_storage_gib and run `up` again."
    return "Run `teardown`, then `up` again; RDS's events in the AWS console tell more."
