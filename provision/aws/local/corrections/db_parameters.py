"""RDS DB parameter groups: what is set in one, and what is so by default."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provision.aws.local.corrections.hooks import instead
from provision.aws.local.wire import Call, Refusal

FORCE_SSL = "rds.force_ssl"
TLS_SINCE = 15
"""AWS: rds.force_ssl is 1 by default from PostgreSQL 15 on, 0 before."""


def forces_ssl(instance: Any) -> bool:
    """Whether moto's instance refuses whoever comes without TLS."""
    (group,) = instance.db_parameter_groups()
    return dict(_values(group))[FORCE_SSL] == "1"


@instead("rds:DescribeDBParameters")
def describe(call: Call) -> dict[str, Any]:
    """moto: lists what was ever set, whatever the source asked for.

    AWS: what is set to its default anyway is listed as the system's, not the user's (terraform-provider-aws#23335).
    """
    name = call.params["DBParameterGroupName"].lower()
    group = call.backend.db_parameter_groups.get(name)
    if group is None:
        raise Refusal("DBParameterGroupNotFound", f"DBParameterGroup {name} not found.", status=404)
    defaults, asked = _defaults(group), call.params.get("Source")
    listed = [_parameter(one, value, defaults.get(one)) for one, value in _values(group)]
    return {"Parameters": [one for one in listed if asked in (None, one["Source"])]}


def _values(group: Any) -> Iterator[tuple[str, str]]:
    by_user = {name: str(parameter.get("ParameterValue", "")) for name, parameter in group.parameters.items()}
    yield from {**_defaults(group), **by_user}.items()


def _parameter(name: str, value: str, default: str | None) -> dict[str, Any]:
    source = "system" if value == default else "user"
    return {"ParameterName": name, "ParameterValue": value, "Source": source, "IsModifiable": True}


def _defaults(group: Any) -> dict[str, str]:
    major = str(group.family or "").removeprefix("postgres")
    return {FORCE_SSL: "1" if int(major) >= TLS_SINCE else "0"} if major.isdecimal() else {}
