"""`logs`: what the function and Lambda itself wrote."""

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


def logs(work: Work, *, since: float, follow: bool) -> Iterator[Sequence[LogEvent]]:
    """Events from `since` (seconds since 1970) on; with `follow` it goes on for ever.

    Raises `BadUsage` when there is no log group.
    """
    step = work.wanted(proxy=False)["function.logs"]
    group = _group(work, step)
    tail = Tail(work.run.aws, group, start=int(since * 1000))
    for _ in every(work.run.clock, PAUSE):
        with _readable(work, step):
            yield from tail.read(int(work.run.clock.stamp() * 1000))
        if not follow:
            return


def _group(work: Work, step: Resource[Any]) -> str:
    with _readable(work, step):
        group = whole(work.run, step)
    if group is None:
        raise BadUsage(
            what=f"There is no log group {work.names.log_group}.",
            why="The stack is not there.",
            hint="Run `up` first.",
        )
    return group.id


@contextmanager
def _readable(work: Work, step: Resource[Any]) -> Iterator[None]:
    """botocore has asked again by then; whatever still refuses ends the command."""
    try:
        with refused(work.run, step):
            yield
    except NotYet as refusal:
        raise Failed(
            what=f"The log group {work.names.log_group} cannot be read.",
            why=f"{refusal.reason}.",
            hint="Run the same command again.",
        ) from refusal
