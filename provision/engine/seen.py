"""Whether what AWS lists can be believed: whose it is, that it is one, and that it is not merely late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from provision.engine.resource import Found, NotYet, Resource
from provision.errors import Ambiguous, NotOurs

if TYPE_CHECKING:
    from provision.engine.run import Run
    from provision.ledger.schema import Row

LISTED = 90.0
"""Seconds within which a thing whose id we got may be missing from AWS's lists.
AWS: EC2 is eventually consistent; the Terraform provider allows five minutes, almost always it is under one."""
ANSWERED = 20.0
"""Seconds after which a create that was cut off and shows nowhere is taken as never carried out."""
UNDER_WAY = 70.0
"""Seconds that a call is under way at most: it waits for its turn where AWS wants fewer calls, and for the answer."""
YIELDED = 30.0
"""Seconds in which the other of two runs takes back what both have made."""
CUT_OFF = "an earlier create was cut off; looking for what it made"


def whole(run: Run, step: Resource[Any]) -> Found[Any] | None:
    """The one thing that is this step, None if there is none. Raises `NotOurs`, `Ambiguous` or `NotYet`."""
    return the_one(run, step, step.find(run))


def the_one(run: Run, step: Resource[Any], candidates: Sequence[Found[Any]]) -> Found[Any] | None:
    """As `whole`, of what was found."""
    ours = [found for found in candidates if found.owned]
    if len(ours) > 1:
        own = unfinished(run, step)  # which `up` takes back: see `spare`
        ours = [found for found in ours if found.id != own]
    if len(ours) > 1:
        ids = ", ".join(found.id for found in ours)
        raise Ambiguous(
            what=f"There is more than one {step.label} with this stack's tags: {ids}.",
            why="Two runs may have made them at the same time from different folders.",
            hint="Delete the one that is not in use, or run `teardown`, which removes all of them.",
        )
    if ours:
        return ours[0]
    if candidates and maybe_deleted(run, step, candidates[0]):
        raise NotYet("its deletion may still be under way")
    if candidates and maybe_untagged(run, step, candidates[0]):
        raise NotYet("AWS does not show its tags yet")
    if candidates:
        raise not_ours(run, step, candidates[0])
    return None


def unfinished(run: Run, step: Resource[Any]) -> str:
    """The id of what was begun or given up and not built upon, where a second create makes a second thing; or empty."""
    row = run.recorded(step)
    return row.id if row is not None and not step.repeatable and row.status in ("creating", "deleting") else ""


def spare(run: Run, step: Resource[Any], candidates: Sequence[Found[Any]]) -> Found[Any] | None:
    """What we made while a run from another folder made the same, so that one of the two has to go. Raises `NotYet`
    where AWS lists only theirs so far."""
    own = unfinished(run, step)
    ours = {found.id: found for found in candidates if found.owned} if own else {}
    if ours and own not in ours and (late := unlisted(run, step)):
        raise NotYet(late)
    return ours.get(own) if len(ours) > 1 else None


def may_stay(run: Run, step: Resource[Any], spare: Found[Any], candidates: Sequence[Found[Any]]) -> bool:
    """Whether the other run is to take its own back: two that both see two must not both do it. Where it has gone on
    already and does not, it is we after all."""
    row = run.recorded(step)
    waits = row is not None and row.status == "creating" and young(run, row, YIELDED)
    return waits and spare.id == min(found.id for found in candidates if found.owned)


def not_ours(run: Run, step: Resource[Any], found: Found[Any]) -> NotOurs:
    """The error to raise about it; it says which tags would make it this stack's."""
    return NotOurs(
        what=f"The {step.label} {found.id} does not carry the tags of the stack {run.stack.name}.",
        why="What provision did not make, or what lost its tags, is never changed or deleted.",
        hint="Choose another --name, or remove or rename it yourself. If it is this stack's, give it back the tags "
        f"provision:stack={run.stack.name} and provision:key={step.key}.",
    )


def unlisted(run: Run, step: Resource[Any]) -> str:
    """Why something that AWS does not list may exist all the same; empty when it surely does not."""
    row = run.recorded(step)
    if row is None or row.status != "creating":
        return ""
    if row.id:
        return f"AWS does not list {row.id} yet" if young(run, row, LISTED) else ""
    return CUT_OFF if not step.repeatable and _may_still_show(run, row) else ""


def maybe_unlisted(run: Run, step: Resource[Any]) -> str:
    """As `unlisted`, for the way down, where a create that was cut off matters whatever its kind."""
    row = run.recorded(step)
    cut_off = row is not None and row.status == "creating" and not row.id
    return CUT_OFF if row is not None and cut_off and _may_still_show(run, row) else unlisted(run, step)


def _may_still_show(run: Run, row: Row) -> bool:
    """Whether a create without an answer is young. The run that sent it may have been killed at any moment of the
    call, up to when this one began."""
    latest = max(row.since, min(run.began, row.since + UNDER_WAY))
    return young(run, row, latest - row.since + ANSWERED)


def maybe_deleted(run: Run, step: Resource[Any], found: Found[Any]) -> bool:
    """Whether AWS may still list it although an earlier run has just deleted it."""
    row = run.recorded(step)
    return row is not None and (row.status, row.id) == ("deleting", found.id) and young(run, row, ANSWERED)


def maybe_untagged(run: Run, step: Resource[Any], found: Found[Any]) -> bool:
    """Whether AWS may still show what we have just made without the tags that its create gave it."""
    row = run.recorded(step)
    return row is not None and (row.status, row.id) == ("creating", found.id) and young(run, row, LISTED)


def young(run: Run, row: Row, seconds: float) -> bool:
    """Whether it was so for less than that when AWS was asked, which may be long ago: an answer can be late, and a
    laptop sleep. A row of the future, as a clock that was ahead wrote it, tells nothing."""
    return row.since <= run.clock.stamp() and run.reads.as_of() - row.since < seconds
