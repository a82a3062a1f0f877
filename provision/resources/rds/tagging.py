"""Tags of the RDS kinds whose description leaves them out."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from provision.aws import tags
from provision.engine.resource import Change
from provision.resources.iam.policies import Place

if TYPE_CHECKING:
    from provision.engine.run import Run


def arn_of(run: Run, resource: str) -> str:
    """Of what RDS calls `resource`, such as `pg:name`."""
    stack = run.stack
    return Place(partition=stack.partition, region=stack.region, account=stack.account).arn("rds", resource)


def tags_of(run: Run, arn: str) -> dict[str, str]:
    listed = run.look(
        ("rds tags", arn), lambda: run.aws.rds.list_tags_for_resource(ResourceName=arn)["TagList"], lasting=True
    )
    return tags.read(listed)


def mend(run: Run, arn: str, changes: Iterable[Change]) -> None:
    """Write the tags that are lacking."""
    if lacks := tags.changed(changes):
        run.send.rds.add_tags_to_resource(ResourceName=arn, Tags=tags.pairs(lacks))
