"""How much a DB instance can hold, and what AWS wants to be told along with that."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

TYPE = "gp3"
STRIPED_GIB = 400
"""AWS: from here on gp3 spans several volumes for PostgreSQL (RDS user guide, "gp3 storage")."""
LEAST = {"Iops": 12_000, "StorageThroughput": 500}
"""AWS: what it is capable of from there on without a further price, and no less; the throughput in MiB a second."""


def coming(seen: Mapping[str, Any], *, gib: int) -> int:
    """What AWS makes of the least size `gib`: 10 % more than there was or above (API reference, ModifyDBInstance)."""
    have = int(seen["AllocatedStorage"])
    return max(gib, -(-have * 11 // 10)) if have < gib else gib


def changing(fields: Collection[str], seen: Mapping[str, Any], *, gib: int) -> dict[str, Any]:
    """For a modify: what makes its size or type as wanted, if one of these is among `fields`; `gib` is the least size.

    AWS: below `STRIPED_GIB` the speed may not be named (crossplane-contrib/provider-aws#1630); from there on size and
    IOPS are given together, whichever of size and type is to change (terraform-provider-aws#28847), and what the
    smaller size had is refused (terraform-provider-aws#28382).
    """
    if not {"AllocatedStorage", "StorageType", "pending StorageType"} & set(fields):
        return {}
    size = max(gib, seen["AllocatedStorage"])
    if size < STRIPED_GIB:
        return {"AllocatedStorage": size} if "AllocatedStorage" in fields else {}
    own = seen if seen.get("StorageType") == TYPE else {}  # somebody may have bought more
    return {"AllocatedStorage": size, **{name: max(least, own.get(name, 0)) for name, least in LEAST.items()}}
