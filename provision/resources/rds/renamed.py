"""The stack's database under a name that somebody, or a blue/green deployment, has given it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.aws import tags
from provision.errors import CannotChange
from provision.resources.rds.instance_states import LEAVING

if TYPE_CHECKING:
    from provision.engine.run import Run

KEY = "database"


def insist_on_none(run: Run, identifier: str) -> None:
    """To be asked where there is no database named `identifier`. Raises `CannotChange` where another one has its tags:
    an empty one would be made beside it, and the function would use that. One that is being deleted is in nobody's
    way: its owner wants it gone."""
    wanted = {tags.STACK: run.stack.name, tags.KEY: KEY}
    for page in run.aws.rds.get_paginator("describe_db_instances").paginate():
        for one in page["DBInstances"]:
            name = one["DBInstanceIdentifier"]
            if one["DBInstanceStatus"] in LEAVING:
                continue
            if name != identifier and wanted.items() <= tags.read(one.get("TagList")).items():
                raise CannotChange(
                    what=f"There is no database {identifier}, and {name} carries the tags of the stack's.",
                    why="An empty one would be made beside it, and the function would use that.",
                    hint=f"Rename it: `aws rds modify-db-instance --db-instance-identifier {name} "
                    f"--new-db-instance-identifier {identifier} --apply-immediately`. If it is a mere copy, take its "
                    f"tag {tags.KEY} away.",
                )
