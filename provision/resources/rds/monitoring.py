"""What a DB instance writes down about itself: exported logs and Enhanced Monitoring."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from provision.engine.resource import Change, NotKnown

EXPORTS = ("postgresql", "upgrade")
"""The logs that RDS for PostgreSQL exports to CloudWatch."""


def asked(*, exports: bool, interval: int, role: Callable[[], str]) -> dict[str, Any]:
    """For a create. `interval` is in seconds, 0 for none; `role` tells the ARN of the role to write as."""
    logs: dict[str, Any] = {"EnableCloudwatchLogsExports": list(EXPORTS)} if exports else {}
    monitoring = {"MonitoringInterval": interval, "MonitoringRoleArn": role()} if interval else {}
    return logs | monitoring


def differing(seen: Mapping[str, Any], *, exports: bool, interval: int, role: Callable[[], str]) -> list[Change]:
    """What is not so; a role that is yet to be made hides nothing else."""
    exported = sorted(seen.get("EnabledCloudwatchLogsExports", []))
    compared = [
        Change("log exports", ", ".join(exported) or "none", ", ".join(EXPORTS) if exports else "none"),
        Change("MonitoringInterval", str(seen.get("MonitoringInterval", 0)), str(interval)),
    ]
    if interval:
        try:
            compared.append(Change("MonitoringRoleArn", seen.get("MonitoringRoleArn", "none"), role()))
        except NotKnown as unknown:
            compared.append(Change(str(unknown), "absent", "made"))
    return [one for one in compared if one.have != one.want]


def changing(
    fields: Collection[str], seen: Mapping[str, Any], *, exports: bool, interval: int, role: Callable[[], str]
) -> dict[str, Any]:
    """For a modify: what makes `fields`, of those that `differing` named, as wanted."""
    ask: dict[str, Any] = {}
    if "log exports" in fields:
        have, want = set(seen.get("EnabledCloudwatchLogsExports", [])), set(EXPORTS if exports else ())
        ask["CloudwatchLogsExportConfiguration"] = {
            "EnableLogTypes": sorted(want - have),
            "DisableLogTypes": sorted(have - want),
        }
    if {"MonitoringInterval", "MonitoringRoleArn"} & set(fields):
        # AWS: the role goes with the interval; an interval of 0 takes no role.
        ask |= {"MonitoringInterval": interval, **({"MonitoringRoleArn": role()} if interval else {})}
    return ask
