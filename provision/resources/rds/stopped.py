"""An instance that somebody has stopped, which `up` starts again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.engine.resource import NotYet

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef

    from provision.engine.run import Run

STOPPING = "stopping"
STOPPED = frozenset({STOPPING, "stopped"})


def is_stopped(seen: DBInstanceTypeDef) -> bool:
    """Or is about to be."""
    return seen["DBInstanceStatus"] in STOPPED


def start(run: Run, seen: DBInstanceTypeDef) -> None:
    """Raises `NotYet` while it is still stopping: AWS starts only what has stopped."""
    if seen["DBInstanceStatus"] == STOPPING:
        raise NotYet("it is still stopping")
    run.send.rds.start_db_instance(DBInstanceIdentifier=seen["DBInstanceIdentifier"])
