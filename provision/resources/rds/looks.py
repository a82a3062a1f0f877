"""Questions that several RDS resources share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.aws.refusals import is_missing

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef

    from provision.engine.run import Run


def instances(run: Run, identifier: str) -> list[DBInstanceTypeDef]:
    """The instance's description, in a list of one or none."""
    try:
        told = run.look(
            ("instance", identifier),
            lambda: run.aws.rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"],
        )
    except Exception as error:
        if is_missing(error):
            return []
        raise
    return [one for one in told if one["DBInstanceIdentifier"] == identifier]
