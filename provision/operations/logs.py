"""`logs`: what the function, or the rotation function, and Lambda itself wrote."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from provision.aws.logs import LogEvent, Tail
from provision.engine.clock import every
from provision.engine.failures import refused
from provision.engine.resource import NotYet, Resource
from provision.engine.seen import whole
from provision.errors import BadUsage, Failed
from provision.operations.work import Work

PAUSE = 2.0
"""Seconds between two looks. AWS: FilterLogEvents is allowed five times a second in an account."""


def logs(work: Work, *, rotation: bool, since: float, follow: bool) -> Iterator[Sequence[LogEvent]]:
    """Events of the function, or of the one of the `rotation`, from `since` (seconds since 1970) on; with `follow` it
    goes on for ever.

    Raises `BadUsage` when there is no log group.
    """
    step = work.everything()["rotation.logs" if rotation else "function.logs"]
    name = log_group(work, rotation=rotation)
    with _readable(work, step, name):
        group = whole(work.run, step)
    if group is None:
        raise BadUsage(
            what=f"There is no log group {name}.",
            why="Nothing of the stack's rotates the password." if rotation else "The stack is not there.",
            hint="Set database.rotation_days and run `up` first." if rotation else "Run `up` first.",
        )
    tail = Tail(work.run.aws, group.id, start=int(since * 1000))
    for _ in every(work.run.clock, PAUSE):
        with _readable(work, step, name):
            yield from tail.read(int(work.run.clock.stamp() * 1000))
        if not follow:
            return


def log_group(work: Work, *, rotation: bool) -> str:
    """Its name."""
    return work.names.rotation_log_group if rotation else work.names.log_group


@contextmanager
def _readable(work: Work, step: Resource[Any], name: str) -> Iterator[None]:
    """botocore has asked again by then; whatever still refuses ends the command."""
    try:
        with refused(work.run, step):
            yield
    except NotYet as refusal:
        raise Failed(
            what=f"The log group {name} cannot be read.",
            why=f"{refusal.reason}.",
            hint="Run the same command again.",
        ) from refusal
