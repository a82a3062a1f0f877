"""`teardown`: everything that carries the stack's tags goes, and a fresh look at the account proves it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from provision.aws.census import Remaining, census
from provision.engine.destroy import destroy
from provision.engine.failures import Missing, refused
from provision.engine.loop import Done, Outcome, until
from provision.engine.resource import NotYet, Resource
from provision.engine.seen import LISTED
from provision.engine.survey import PATIENCE
from provision.errors import Leftovers, ProvisionError
from provision.operations.work import Work


def teardown(work: Work, *, final_snapshot: str | None) -> Sequence[Remaining]:
    """Remove the stack; `final_snapshot` names the database's final snapshot, None takes none.

    Returns what is left on purpose (snapshots). Raises the first failure once all that can go is gone, `NotOurs`
    for a recorded resource that lost its tags, `Leftovers` when AWS still shows something.
    """
    steps = list(work.everything(final_snapshot=final_snapshot))
    _check_protection(work, steps)
    destroy(work.run, steps)
    work.note("Looking at the account afresh.")
    left: list[Remaining] = []

    def look(_: Resource[Any]) -> Outcome:
        with refused(work.run, steps[0]):
            left[:] = census(work.run)
        if rest := [one for one in left if not one.on_purpose]:
            raise NotYet(f"AWS still lists {_words(rest)}", otherwise=_leftovers(rest), patience=LISTED)
        return Done()

    until(work.run, steps[0], look, patience=LISTED)
    work.run.ledger.remove()
    return left


def remaining(work: Work) -> Sequence[Remaining]:
    """What is still there after a teardown that did not reach its end; nothing where AWS does not even answer that."""
    try:
        with refused(work.run, work.everything()["vpc"]):
            return [one for one in census(work.run) if not one.on_purpose]
    except (NotYet, Missing, ProvisionError):
        return []


def _check_protection(work: Work, steps: Sequence[Resource[Any]]) -> None:
    """A protected database stops the teardown before it begins, not when all that leads to it is gone."""

    def check(step: Resource[Any]) -> Outcome:
        with refused(work.run, step):
            for found in step.find(work.run):
                if found.owned:
                    step.check_deletable(work.run, found)
        return Done()

    for step in steps:
        if type(step).check_deletable is not Resource.check_deletable:
            until(work.run, step, check, patience=PATIENCE)


def _leftovers(rest: Sequence[Remaining]) -> Leftovers:
    return Leftovers(
        what=f"AWS still shows {len(rest)} of this stack's resources.",
        why=f"{_words(rest)}.",
        hint="Run `teardown` again, once no other run makes more of them; what is in use elsewhere has to be let go "
        "there first.",
    )


def _words(rest: Sequence[Remaining]) -> str:
    return ", ".join(f"{one.kind} {one.id}" for one in rest)
