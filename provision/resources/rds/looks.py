"""Questions that several RDS resources share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.aws.refusals import or_none

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef, DBSnapshotTypeDef

    from provision.engine.run import Run

_WRONG = {"failure", "low storage"}
"""Of RDS's event categories (user guide, "Amazon RDS event categories"). Every night's backup has events, too."""


def instances(run: Run, identifier: str) -> list[DBInstanceTypeDef]:
    """The instance's description, in a list of one or none."""
    listed = or_none(
        lambda: run.look(
            ("instance", identifier),
            lambda: run.aws.rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"],
        )
    )
    return [one for one in listed or () if one["DBInstanceIdentifier"] == identifier]


def snapshots(run: Run, identifier: str) -> list[DBSnapshotTypeDef]:
    """The snapshot of that name, whatever it is of, in a list of one or none."""
    return or_none(lambda: run.aws.rds.describe_db_snapshots(DBSnapshotIdentifier=identifier)["DBSnapshots"]) or []


def last_event(run: Run, identifier: str) -> str:
    """What AWS last said of the instance: of what went wrong, where it said that."""
    response = run.aws.rds.describe_events(SourceIdentifier=identifier, SourceType="db-instance", Duration=180)
    events = [(event.get("Message", ""), set(event.get("EventCategories", []))) for event in response.get("Events", [])]
    wrong = [message for message, categories in events if _WRONG & categories]
    said = wrong or [message for message, categories in events if "backup" not in categories]
    return f"AWS: {said[-1]}" if said else "AWS gives no reason."
