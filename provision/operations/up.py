"""`up`: make or repair the stack until the account matches the settings, then prove that it works."""

from __future__ import annotations

from provision.aws.invoke import Answer
from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.resource import Steps
from provision.engine.survey import survey
from provision.operations import preflight
from provision.operations.calling import proven
from provision.operations.work import Work


def up(work: Work, *, proxy: bool, ask_first: bool) -> Answer | None:
    """`proxy` adds one; without it, one that is there is kept. Returns what the function answered."""
    return proven(work, made(work, proxy=proxy, ask_first=ask_first)["function.endpoint"])


def made(work: Work, *, proxy: bool, ask_first: bool) -> Steps:
    """All of it but the call."""
    wants_proxy = proxy or work.has_proxy()
    steps = work.wanted(proxy=wants_proxy)
    looks = survey(work.run, list(steps))
    for look in looks:
        if look.trouble is not None and look.found is None:
            raise look.trouble
    if ask_first:
        preflight.ask(work, [look.step for look in looks if look.found is None])
    if wants_proxy:
        work.run.ledger.remember("proxy", on=True)
    unwanted = work.unwanted(steps)
    apply(work.run, list(steps))
    if unwanted:
        destroy(work.run, unwanted)
    return steps
