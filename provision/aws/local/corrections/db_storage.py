"""The storage of DB instances: how fast gp3 is, and what has to be told along with its size."""

from __future__ import annotations

from typing import Any

from provision.aws.local.corrections.db_instances import told
from provision.aws.local.corrections.hooks import after, amend, before
from provision.aws.local.wire import Call, Refusal

_TYPE = "gp3"
_STRIPED_GIB = 400
"""AWS: from here on gp3 spans several volumes for PostgreSQL."""
_SMALL, _STRIPED = (3_000, 125), (12_000, 500)
"""IOPS, and MiB a second, that come with the size."""
_SPEED = ("Iops", "StorageThroughput")
_SIZE_BEFORE = "storage before"


@before("rds:CreateDBInstance")
def check_new(call: Call) -> None:
    """moto takes any speed."""
    params = call.params
    if params.get("Engine") == "postgres" and params.get("StorageType") == _TYPE:
        _check_speed(params, int(params.get("AllocatedStorage") or 0))


@before("rds:ModifyDBInstance")
def check_changed(call: Call) -> None:
    """moto takes any speed, and a size without one."""
    params, instance = call.params, call.backend.databases.get(call.params["DBInstanceIdentifier"].lower())
    if instance is None or instance.engine != "postgres" or params.get("StorageType", instance.storage_type) != _TYPE:
        return
    have = instance.allocated_storage
    call.notes[_SIZE_BEFORE] = have
    size = int(params.get("AllocatedStorage", have))
    changed = size != have or instance.storage_type != _TYPE or "Iops" in params
    if size >= _STRIPED_GIB and changed and not {"AllocatedStorage", "Iops"} <= params.keys():
        raise Refusal(
            "InvalidParameterCombination",
            "You must specify both the storage size and iops when modifying the storage size or iops on a DB instance "
            "that has iops.",
        )
    _check_speed(params, size)


@after("rds:ModifyDBInstance")
def round_up(call: Call) -> None:
    """moto takes any size. AWS: one that is less than 10 % more than it was becomes 10 % more."""
    instance = call.backend.databases[call.params["DBInstanceIdentifier"].lower()]
    have = call.notes.get(_SIZE_BEFORE, 0)
    if instance.allocated_storage > have > 0:
        instance.allocated_storage = max(instance.allocated_storage, -(-have * 11 // 10))


def _check_speed(params: dict[str, Any], size: int) -> None:
    if size < _STRIPED_GIB and any(name in params for name in _SPEED):
        raise Refusal(
            "InvalidParameterCombination",
            "You can't specify IOPS or storage throughput for engine postgres and a storage size less than "
            f"{_STRIPED_GIB}.",
        )
    if size >= _STRIPED_GIB and int(params.get("Iops", _STRIPED[0])) < _STRIPED[0]:
        raise Refusal(
            "InvalidParameterCombination",
            f"Invalid iops value for engine name postgres and storage type {_TYPE}: {params['Iops']}",
        )


@amend("rds:CreateDBInstance", "rds:ModifyDBInstance", "rds:DescribeDBInstances")
def tell_speed(call: Call, result: dict[str, Any]) -> None:  # noqa: ARG001 - an amendment's form
    """moto tells only a speed that was asked for; AWS also the one that comes with the size."""
    for one in told(result):
        if one.get("StorageType") == _TYPE:
            own = _STRIPED if one["AllocatedStorage"] >= _STRIPED_GIB else _SMALL
            for name, value in zip(_SPEED, own, strict=True):
                one[name] = one.get(name) or value
