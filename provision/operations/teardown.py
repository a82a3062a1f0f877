"""`teardown`: everything that carries the stack's tags goes, and a fresh look at the account proves it."""

from __future__ import annotations

from collections.abc import Sequence

from provision.aws.census import Kept, census
from provision.engine.destroy import destroy
from provision.errors import Leftovers
from provision.operations.work import Work


def teardown(work: Work, *, final_snapshot: str | None) -> Sequence[Kept]:
    """Remove the stack; `final_snapshot` names the database's last snapshot, None takes none.

    Returns what is left on purpose (snapshots). Raises the first failure once all that can go is gone, `NotOurs`
    for a recorded resource that lost its tags, `Leftovers` when AWS still shows something.
    """
    steps = list(work.everything(final_snapshot=final_snapshot))
    destroy(work.run, steps)
    work.note("Looking at the account afresh.")
    work.run.looks.forget()
    left = census(work.run)
    rest = [one for one in left if not one.on_purpose]
    if rest:
        raise Leftovers(
            what=f"AWS still shows {len(rest)} of this stack's resources.",
            why="; ".join(f"{one.kind} {one.id}" for one in rest),
            hint="Run `teardown` again.",
        )
    work.run.ledger.remove()
    return left
