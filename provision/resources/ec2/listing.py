"""One describe for a kind, shared by all its rows; the recorded id is only asked for when the tags show nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from provision.aws import tags
from provision.aws.refusals import code_of, is_missing
from provision.engine.resource import Resource

if TYPE_CHECKING:
    from provision.engine.run import Run

T = TypeVar("T")

Describe = Callable[..., list[T]]
"""A paginated describe, called with either `Filters=[...]` or the keyword of `by`."""


def mine_or_recorded(run: Run, step: Resource[Any], describe: Describe[T], *, by: str) -> Sequence[tuple[T, bool]]:
    """(description, owned) of all that carry this row's tags; else of the recorded id, if AWS still knows it.

    `by` is the describe's parameter for a list of ids, such as `VpcIds`.
    """
    listed = run.look((by, "tags"), lambda: describe(Filters=tags.of_stack(run.stack)))
    mine = tags.mine(run, step, listed)
    row = run.recorded(step)
    if mine or row is None or not row.id:
        return [(one, True) for one in mine]
    return [(one, bool(tags.mine(run, step, [one]))) for one in _by_id(run, describe, by, row.id)]


def _by_id(run: Run, describe: Describe[T], by: str, recorded: str) -> list[T]:
    try:
        return run.look((by, recorded), lambda: describe(**{by: [recorded]}))
    except Exception as error:
        if is_missing(error) or _malformed(error):
            return []
        raise


def _malformed(error: Exception) -> bool:
    """Whether AWS says that this is no id at all, as in a state file that was edited by hand."""
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and "Malformed" in code_of(error)
