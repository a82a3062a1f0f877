"""One describe for a kind, shared by all its rows; the recorded id is only asked for when the tags show nothing."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from provision.aws import tags
from provision.aws.ec2 import Filters, Listing
from provision.aws.refusals import code_of, is_missing
from provision.engine.resource import Resource

if TYPE_CHECKING:
    from provision.engine.run import Run

T = TypeVar("T")


def filtered(run: Run, listing: Listing[T], filters: Filters) -> list[T]:
    """What passes the filters, asked once for all steps."""
    return run.look(_question(listing, filters), lambda: listing.filtered(run, filters))


def _question(listing: Listing[Any], filters: Filters) -> Hashable:
    return (listing.operation, *((name, *values) for name, values in filters.items()))


def of_stack(run: Run, listing: Listing[T]) -> list[T]:
    """What carries this stack's tags."""
    return filtered(run, listing, tags.of_stack(run.stack))


def mine_or_recorded(run: Run, step: Resource[Any], listing: Listing[T]) -> Sequence[tuple[T, bool]]:
    """(description, owned) of all that carry this row's tags; else of the recorded id, if AWS still knows it."""
    mine = tags.mine(run, step, of_stack(run, listing))
    row = run.recorded(step)
    if mine or row is None or not row.id:
        return [(one, True) for one in mine]
    recorded = by_id(run, listing, row.id)
    if not tags.mine(run, step, recorded):
        return [(one, False) for one in recorded]
    # The list was late, or is of a moment before: there may be what another run has made, too.
    run.look_again(_question(listing, tags.of_stack(run.stack)))
    return [(one, True) for one in tags.mine(run, step, of_stack(run, listing)) or recorded]


def by_id(run: Run, listing: Listing[T], identifier: str) -> list[T]:
    """What has that id; empty where AWS knows none such."""
    try:
        return run.look((listing.operation, identifier), lambda: listing.by_id(run, identifier))
    except Exception as error:
        if is_missing(error) or _malformed(error):
            return []
        raise


def _malformed(error: Exception) -> bool:
    """Whether AWS says that this is no id at all, as in a state file that was edited by hand."""
    from botocore.exceptions import ClientError

    return isinstance(error, ClientError) and "Malformed" in code_of(error)
