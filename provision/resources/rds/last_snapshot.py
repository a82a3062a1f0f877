"""Whether a DB instance can be deleted with a final snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.errors import Failed
from provision.resources.rds.instance_states import LOCKED, hint

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef

SNAPSHOTLESS = frozenset({"failed", "incompatible-restore", "incompatible-network"}) | LOCKED
"""AWS: states in which DeleteDBInstance takes no final snapshot."""


def insist_on_snapshots(seen: DBInstanceTypeDef) -> None:
    """Raises `Failed` in a state in which AWS takes none: whether the data may go is the user's to say."""
    status = seen["DBInstanceStatus"]
    if status not in SNAPSHOTLESS:
        return
    saved = (
        hint(status, gib=seen["AllocatedStorage"]) if status in LOCKED else "Its data may be in an automated backup."
    )
    raise Failed(
        what=f"The database is {status}, and AWS takes no snapshot of it.",
        why="A final snapshot was asked for, or not declined.",
        hint=f"{saved} Without its data: `teardown --skip-final-snapshot`.",
    )
