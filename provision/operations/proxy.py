"""`enable-proxy` and `disable-proxy`: put RDS Proxy between the function and the database, and take it away again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from provision.aws.invoke import Answer
from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.resource import Resource, Steps
from provision.engine.survey import refuse, survey
from provision.errors import BadUsage, Denied, NoCredentials, ProvisionError, QuotaReached, SwitchedBack
from provision.operations.calling import proven
from provision.operations.work import Work
from provision.resources.rds.instance import DbInstance
from provision.resources.rds.stopped import is_stopped
from provision.resources.secretsmanager.secret import Secret

SWITCH = "function.endpoint"


def enable(work: Work) -> Answer | None:
    """Make the proxy, wait until its target is healthy, switch the function over, and call it.

    Raises `SwitchedBack` when the function does not answer through the proxy, `Denied` or `QuotaReached` when it may
    not be called; it uses the database's own endpoint then.
    """
    direct, through = work.wanted(proxy=False), work.wanted(proxy=True)
    own = [step for step in through if step.key not in direct]
    _look_at_base(work, through, adds=True)
    refuse(survey(work.run, own))
    work.run.ledger.remember("proxy", on=True)
    apply(work.run, own)
    try:
        apply(work.run, [through[SWITCH]])
        return proven(work, through[SWITCH])
    except ProvisionError as error:
        work.warn(f"The function does not answer through the proxy: {error.why or error.what}")
        work.run.ledger.remember("proxy", on=False)
        apply(work.run, [direct[SWITCH]])
        if isinstance(error, Denied | NoCredentials | QuotaReached):  # it says nothing of the proxy
            raise
        raise SwitchedBack(
            what="The function was switched back to the database's own endpoint.",
            why=error.why or error.what,
            hint="The proxy is still there: `enable-proxy` tries the proxy again, `up` or `disable-proxy` removes it.",
        ) from error


def disable(work: Work) -> Answer | None:
    """Switch the function back to the database's own endpoint, call it, and remove the proxy."""
    direct, through = work.wanted(proxy=False), work.wanted(proxy=True)
    if work.run.ledger.feature("proxy"):  # where AWS refuses the proxy itself, no `up` comes to an end with that wish
        work.run.ledger.remember("proxy", on=False)
    _look_at_base(work, direct, adds=False)
    work.run.ledger.remember("proxy", on=False)
    apply(work.run, [direct[SWITCH]])
    answer = proven(work, direct[SWITCH])
    destroy(work.run, [step for step in through if step.key not in direct])
    work.run.ledger.remember("proxy", on=None)  # one that is made from another folder later is to stay
    return answer


def _look_at_base(work: Work, steps: Steps, *, adds: bool) -> None:
    """Learn what the stack has already of `steps`; `adds` is whether the proxy comes or goes. Raises `BadUsage` where
    it is not complete, stopped or about to lose its secret, whatever is not ours as such."""
    base: Sequence[Resource[Any]] = [step for step in steps if step.key in NEEDED]
    for look in survey(work.run, base):
        if look.trouble is not None:
            raise look.trouble
        if look.found is None:
            raise BadUsage(
                what=f"The stack {work.run.stack.name} has no {look.step.label}.",
                why="A proxy is put between a function and a database that are there."
                if adds
                else "The function is switched back to the database, and called, before the proxy goes.",
                hint="Run `up` first (`up --proxy` makes both at once)."
                if adds
                else "Run `up` first, then the same command again.",
            )
        if isinstance(look.step, DbInstance) and is_stopped(look.found.seen):
            raise BadUsage(
                what="The database is stopped.",
                why="The function could not be called to prove the change, and RDS Proxy takes no stopped database.",
                hint="Run `up` first: it starts the database.",
            )
        if isinstance(look.step, Secret) and "DeletedDate" in look.found.seen:
            raise BadUsage(
                what="The secret is scheduled for deletion.",
                why="Neither the function nor RDS Proxy can read it.",
                hint="Run `up` first: it takes the deletion back.",
            )


NEEDED = frozenset(
    {
        "vpc",
        "subnet.private-a",
        "subnet.private-b",
        "group.database",
        "group.function",
        "secret",
        "database",
        "function",
    }
)
"""The steps of the base that the proxy and the switch build on."""
