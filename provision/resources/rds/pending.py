"""Changes of a DB instance that AWS has taken and not applied: on their way, or put off to the maintenance window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from provision.engine.resource import Change
from provision.resources.rds import aws_backup

AT_ONCE = {"MasterUserPassword", "PendingCloudwatchLogsExports"}
"""AWS: never put off, whatever was asked for (RDS API reference, ModifyDBInstance); meanwhile the instance may be
available, and takes no second change (ansible-collections/amazon.aws#1917)."""
CAN_WAIT = {"AllocatedStorage", "BackupRetentionPeriod", "DBInstanceClass", "MultiAZ", "StorageType"}
"""AWS: of what we ask for, all that is put off without `ApplyImmediately`; the rest ignores that (RDS user guide,
"Settings for DB instances")."""
IN_FORCE = "active"
"""AWS: a security group that comes or goes is listed with another status, and the instance as available meanwhile
(isVpcSecurityGroupsActive of CloudFormation's handlers)."""


def coming(seen: Mapping[str, Any], planned: Mapping[str, Any], *, sent: bool) -> list[str]:
    """The names of those that AWS is at. `planned` are the wanted values of what can be put off, `sent` is whether this
    very run asked for them: what somebody else asked for may wait for the maintenance window, even where it is what we
    want, and is asked for again."""
    moving = any(group.get("Status", IN_FORCE) != IN_FORCE for group in seen.get("VpcSecurityGroups", []))
    return [
        *(name for name, value in _pending(seen).items() if name in AT_ONCE or (sent and planned.get(name) == value)),
        *(["VpcSecurityGroupIds"] if moving else []),
    ]


def at_once(ask: Mapping[str, Any], *, days: int = 0) -> bool:
    """`ApplyImmediately` for a modify with `ask`, where backups have been kept for so many `days`. AWS: it brings along
    whatever somebody has put off, such as an upgrade of the engine with its downtime (RDS user guide, "Using the
    schedule modifications setting")."""
    # AWS: from one number of days to another it changes without that (API reference, ModifyDBInstance).
    never_put_off = {aws_backup.RETENTION} if days and ask.get(aws_backup.RETENTION, days) not in (0, days) else set()
    return not CAN_WAIT.isdisjoint(ask.keys() - never_put_off)


def put_off(seen: Mapping[str, Any], planned: Mapping[str, Any]) -> list[Change]:
    """Those that somebody else wants otherwise, and has put off."""
    return [
        Change(f"pending {name}", str(value), str(planned[name]))
        for name, value in _pending(seen).items()
        if name in planned and planned[name] != value
    ]


def brought_along(seen: Mapping[str, Any], planned: Mapping[str, Any], changes: Sequence[Change]) -> list[Change]:
    """What somebody put off for later and what `changes` bring with them: see `at_once`."""
    ask = {name: planned.get(name) for name in (change.field.removeprefix("pending ") for change in changes)}
    if not at_once(ask, days=seen.get(aws_backup.RETENTION, 0)):
        return []
    others = {name: value for name, value in _pending(seen).items() if name not in {*ask, *planned, *AT_ONCE}}
    return [Change(f"pending {name}", str(value), "at once, along with the rest") for name, value in others.items()]


def _pending(seen: Mapping[str, Any]) -> dict[str, Any]:
    listed = seen.get("PendingModifiedValues") or {}
    return {name: value for name, value in listed.items() if _says_something(value)}


def _says_something(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_says_something, value.values()))
    return value not in (None, [], "")
