"""DB instances: creating, backing-up, available; modifying; deleting, and only then gone.

The real PostgreSQL is up after seconds; callers see the instance come and go in AWS's time, its endpoint nearly last.
"""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBInstance

from provision.aws.local.account import Account
from provision.aws.local.corrections import db_instances
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import durations
from provision.aws.local.manners.kept import outcome_of
from provision.aws.local.manners.view import Seen, View, really, stamp, times, view
from provision.aws.local.wire import Call, Refusal

KIND = "db-instance"
_BUSY = frozenset({"modifying", "backing-up"})


def _status(moment: View, instance: Any, value: str) -> str:
    if "deleting" in times(instance):
        return "deleting"
    age = moment.age(instance, "created")
    ending = getattr(instance, "manners_outcome", "")
    if ending:
        return "creating" if age < durations.DB_CREATE / 2 else str(ending)
    if age < durations.DB_CREATE:
        reachable = age >= durations.DB_CREATE - durations.DB_BACKUP and value == "available"
        return "backing-up" if reachable else "creating"
    if value == "available" and moment.young(instance, "modified", durations.DB_MODIFY):
        return "modifying"
    return value


def _reachable(moment: View, instance: Any, value: Any) -> Any:
    return None if _status(moment, instance, really(instance, "status")) == "creating" else value


DBInstance.status = Seen("status", _status)  # type: ignore[assignment]  # moto's is a plain attribute
DBInstance.reachable = Seen("reachable", _reachable)  # type: ignore[attr-defined]  # made up in `corrections.db_instances`


def begin(call: Call, result: dict[str, Any]) -> None:
    """From creating on."""
    instance = _of(call)
    stamp(instance, "created")
    instance.manners_outcome = outcome_of(call, KIND)
    result["DBInstance"]["DBInstanceStatus"] = instance.status


def check_idle(call: Call) -> None:
    """AWS: one change at a time."""
    instance = _of(call)
    if instance is not None and instance.status in _BUSY:
        raise Refusal(
            "InvalidDBInstanceState", f"Database instance is not in available state: {instance.db_instance_identifier}"
        )


def begin_change(call: Call, result: dict[str, Any]) -> None:
    """A minute of modifying."""
    stamp(_of(call), "modified")
    result["DBInstance"]["DBInstanceStatus"] = _of(call).status


def delete(call: Call) -> dict[str, Any]:
    """Minutes of deleting, with the interface and the name kept."""
    instance = _of(call)
    if instance is None or not view().pace:
        return db_instances.delete(call)
    before = really(instance, "status")
    answered = db_instances.delete(call)
    instance.status = before  # its PostgreSQL goes when the instance does
    stamp(instance, "deleting")
    return answered


def sweep(account: Account) -> bool:
    """Let go of what is due; whether anything was."""
    due = [(rds, one) for rds in account.regions("rds").values() for one in rds.databases.values() if _due(one)]
    for rds, instance in due:
        instance.deletion_protection = False
        rds.delete_db_instance(instance.db_instance_identifier, **instance.deletion)
    return bool(due)


def _due(instance: Any) -> bool:
    return "deleting" in times(instance) and not view().young(instance, "deleting", durations.DB_DELETE)


def _of(call: Call) -> Any:
    return call.backend.databases.get(call.params["DBInstanceIdentifier"].lower())


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.amend["rds:CreateDBInstance"].append(begin)
    table.before["rds:ModifyDBInstance"].append(check_idle)
    table.amend["rds:ModifyDBInstance"].append(begin_change)
    table.instead["rds:DeleteDBInstance"] = delete
