"""The database of the stack with what it needs, and what AWS says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from provision.blueprint import wanted
from provision.engine.resource import Steps
from provision.names import Names
from provision.settings import Database, Settings
from tests.resources.harness import NAME, REGION, Account

DESCRIBE, MODIFY = "DescribeDBInstances", "ModifyDBInstance"
BEFORE = ("vpc", "subnet.private-a", "subnet.private-b", "group.database", "secret", "database.subnets")
DATABASE = Database()


def drawn(database: Database = DATABASE, *, final_snapshot: str | None = None) -> Steps:
    """The database and what it needs."""
    names = Names(stack=NAME, region=REGION)
    whole = wanted(Settings(database=database), names, proxy=False, final_snapshot=final_snapshot)
    steps = Steps()
    for key in (*BEFORE, "database.parameters", "logs.postgresql", "logs.upgrade", "role.monitoring", "database"):
        if key in whole:
            steps.add(whole[key])
    return steps


def saying(account: Account, told: Callable[[], dict[str, Any]]) -> None:
    """From now on AWS says this of the database, too."""
    account.rewrite(DESCRIBE, lambda parsed: parsed["DBInstances"][0].update(told()))


def changes(account: Account, steps: Steps) -> list[str]:
    return [str(change) for change in account.look(steps)["database"].changes]
