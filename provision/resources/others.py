"""Things of others that keep one of ours from being deleted: named as soon as AWS refuses, because no time cures it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from provision.aws import tags
from provision.aws.refusals import code_of
from provision.errors import Failed
from provision.resources.rds.instance_states import LEAVING

if TYPE_CHECKING:
    from provision.engine.resource import Resource
    from provision.engine.run import Run

IN_USE = {"InvalidDBSubnetGroupStateFault", "InvalidDBParameterGroupState"}


def stays(step: Resource[Any], others: Sequence[str]) -> Failed:
    """The error to raise; `others` in words."""
    return Failed(
        what=f"Something that is not this stack's holds the {step.label}.",
        why=f"{'; '.join(dict.fromkeys(others))}.",
        hint="Remove it, then run the same command again; everything else is removed meanwhile.",
    )


def instances(run: Run, uses: Callable[[Any], bool]) -> list[str]:
    """In words, the database instances for which `uses` is true, but for the stack's own. Name and tags tell which that
    is: one that somebody restored from a snapshot of it may have either."""
    pages = run.look(("instances",), lambda: list(run.aws.rds.get_paginator("describe_db_instances").paginate()))
    return [
        f"database {one['DBInstanceIdentifier']}"
        for page in pages
        for one in page["DBInstances"]
        if uses(one) and not _is_own(run, one)
    ]


def _is_own(run: Run, instance: Any) -> bool:
    """AWS: what is being deleted may be listed without its tags."""
    named = instance["DBInstanceIdentifier"] == f"{run.stack.name}-database"
    tagged = tags.read(instance.get("TagList")).get(tags.STACK) == run.stack.name
    return named and (tagged or instance["DBInstanceStatus"] in LEAVING)


@contextmanager
def naming_users(run: Run, step: Resource[Any], uses: Callable[[Any], bool]) -> Iterator[None]:
    """Around the delete of what database instances use, as `uses` tells. Where AWS refuses it because somebody else's
    does, raises `Failed`, which names those."""
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        if code_of(error) in IN_USE and (theirs := instances(run, uses)):
            raise stays(step, theirs) from error
        raise
