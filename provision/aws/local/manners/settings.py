"""What the local AWS's manners are set to. Without settings it is as quick, consistent and generous as it can be."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from provision.aws.local.manners.rules import Rule

PREFIX = "PROVISION_LOCAL_"


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All of them; see each field."""

    pace: float = 0.0
    """0: states change at once. 1: in AWS's own time. 0.01: a hundred times faster."""
    consistency_seconds: float = 0.0
    """So long what was just made is not found, and what was just deleted still listed. Real seconds at every pace."""
    calls_per_second: float | Mapping[str, float] = 0.0
    """More calls of a service are throttled; 0: none. Or by service, as boto3 names it."""
    latency_ms: float = 0.0
    """Every call takes so much longer."""
    ahead_seconds: float = 0.0
    """So far the account's clock is ahead of the machine's. Raise it to let time pass at once."""
    expired_from: int | None = None
    """The number of the first call for which the credentials have expired."""
    denied: tuple[str, ...] = ()
    """IAM actions that the caller may not use, such as `rds:CreateDBProxy` or `ec2:Create*`."""
    denied_by_organization: tuple[str, ...] = ()
    """The same, by a service control policy."""
    allowed: Mapping[str, Any] | None = None
    """An IAM policy: the caller may do what it allows and nothing else."""
    quotas: Mapping[str, int] = field(default_factory=dict)
    """Limits by the names in `quotas.py`, such as `{"vpcs": 5}`."""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """How what is made next ends, by kind, such as `{"nat-gateway": "Gateway.NotAttached"}`; see `states`."""
    faults: tuple[Rule, ...] = ()
    """What goes wrong with single calls."""

    def changed(self, changes: Mapping[str, Any]) -> Settings:
        """With `changes` (from JSON) in place of what was. Raises ValueError for what cannot be."""
        known = {one.name for one in fields(self)}
        if unknown := sorted(changes.keys() - known):
            raise ValueError(f"no such setting: {', '.join(unknown)}")
        return replace(self, **{name: _read(name, value) for name, value in changes.items()})

    def as_dict(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self)


def _read(name: str, value: Any) -> Any:
    if name == "faults":
        return tuple(Rule.read(one) for one in value)
    if name in {"denied", "denied_by_organization"}:
        return tuple(str(one) for one in value)
    if name in {"quotas", "outcomes"}:
        return dict(value)
    if name == "allowed":
        return None if value is None else dict(value)
    if name == "expired_from":
        return None if value is None else int(value)
    if name == "calls_per_second" and isinstance(value, Mapping):
        return {str(service): float(rate) for service, rate in value.items()}
    number = float(value)
    if number < 0:
        raise ValueError(f"{name} is less than 0")
    return number


def from_environment() -> dict[str, Any]:
    """Settings out of `PROVISION_LOCAL_PACE` and the like; each value is JSON."""
    names = {PREFIX + one.name.upper(): one.name for one in fields(Settings)}
    return {name: json.loads(os.environ[variable]) for variable, name in names.items() if variable in os.environ}
