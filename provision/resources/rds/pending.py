"""Changes of a DB instance that AWS has taken and not applied: on their way, or put off to the maintenance window."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def coming(seen: Mapping[str, Any], planned: Mapping[str, Any]) -> list[str]:
    """The names of those that lead to what we want: AWS is at it. `planned` are the wanted values of what can be put
    off; what is neither among them nor a change that we make ourselves is the user's own, whenever it comes."""
    ours = {*planned, "AllocatedStorage", "MasterUserPassword"}
    return [name for name, value in _pending(seen).items() if name in ours and planned.get(name, value) == value]


def put_off(seen: Mapping[str, Any], planned: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """(field, have, want) of those that somebody else wants otherwise, and has put off."""
    return [
        (f"pending {name}", str(value), str(planned[name]))
        for name, value in _pending(seen).items()
        if name in planned and planned[name] != value
    ]


def _pending(seen: Mapping[str, Any]) -> dict[str, Any]:
    listed = seen.get("PendingModifiedValues") or {}
    return {name: value for name, value in listed.items() if value not in (None, {}, [], "")}
