"""moto's objects by the names that callers give them. To be asked under the account's lock."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def subnets(ec2: Any) -> Iterator[Any]:
    """All of a Region, which moto keeps by zone."""
    for zone in ec2.subnets.values():
        yield from zone.values()


def role(iam: Any, arn: str | None) -> Any | None:
    """None where there is no such role."""
    return next((one for one in iam.roles.values() if one.arn == arn), None)


def function(functions: Any, asked: str) -> Any | None:
    """By its name or its ARN; None where there is no such function."""
    name = asked.rpartition(":function:")[2]
    return next((one for one in functions.list_functions() if one.function_name == name), None)


def secret(secretsmanager: Any, asked: str) -> Any | None:
    """By its name or its ARN, one that is scheduled for deletion included; None where there is none."""
    return next((one for one in secretsmanager.secrets.values() if asked in {one.name, one.arn}), None)


def subnets_in_zone(instance: Any) -> list[str]:
    """The ids of those of a DB instance's subnet group that are in the instance's zone."""
    group = getattr(instance, "db_subnet_group", None)
    listed = group._subnets if group else ()  # noqa: SLF001 - no other way
    return [one.id for one in listed if one.availability_zone == instance.availability_zone]
