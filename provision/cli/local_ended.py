"""A local AWS that ends under a command: only another command starts it again, so it is not waited for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from provision.aws import local
from provision.aws.botocore_errors import UNSENT
from provision.aws.refusals import judge
from provision.engine.failures import Verdict
from provision.errors import LocalTrouble

if TYPE_CHECKING:
    from provision.engine.resource import Resource


def judging(folder: Path, url: str) -> Callable[[Exception, Resource[Any] | None], Verdict | None]:
    """As `judge`, for a command that talks to the local AWS of `folder` at `url`."""

    def judged(error: Exception, step: Resource[Any] | None) -> Verdict | None:
        over = ended(error, folder, url)
        return Verdict(over, answered=True) if over else judge(error, step)

    return judged


def ended(error: Exception, folder: Path, url: str) -> LocalTrouble | None:
    """The sentence for an `error` that comes of it."""
    if type(error).__name__ not in UNSENT or local.status(folder).url == url:
        return None
    return LocalTrouble(
        what="The local AWS has ended under this command.",
        why="A `teardown` that left nothing, or `local stop`, ends it; a crash would be in its log.",
        hint="Run the same command again: it starts the local AWS, too.",
    )
