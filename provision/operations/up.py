"""`up`: make or repair the stack until the account matches the settings, then prove that it works."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from provision.aws.invoke import Answer
from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.resource import Resource, Steps
from provision.engine.run import Run
from provision.engine.survey import Look, refuse, survey
from provision.operations import preflight
from provision.operations.calling import proven
from provision.operations.work import Work


def up(work: Work, *, proxy: bool, ask_first: bool) -> Answer | None:
    """`proxy` adds one; without it, one that is there is kept. Returns what the function answered."""
    return proven(work, made(work, proxy=proxy, ask_first=ask_first)["function.endpoint"])


def made(work: Work, *, proxy: bool, ask_first: bool) -> Steps:
    """All of it but the call."""
    wants_proxy, steps, unwanted, looks = _look(work, proxy=proxy)
    refuse(looks[step.key] for step in steps if step.key in looks)
    absent = [step for step in steps if step.key in looks and looks[step.key].found is None]
    preflight.ask(work, absent, preflight.QUESTIONS if ask_first else (preflight.RENAMED,))
    if wants_proxy:
        work.run.ledger.remember("proxy", on=True)
    for step in unwanted:
        _note(work.run, looks.get(step.key))
    apply(work.run, list(steps))
    there = {step.key for step in unwanted if work.run.recorded(step) or _is_there(looks.get(step.key))}
    if there:
        destroy(work.run, [step for step in unwanted if step.key in there or _leans(step, there)])
    if not wants_proxy:
        work.run.ledger.remember("proxy", on=None)
    return steps


def _look(work: Work, *, proxy: bool) -> tuple[bool, Steps, Sequence[Resource[Any]], dict[str, Look]]:
    """Whether there is to be a proxy, what is wanted, what is not any more, and how all of that is, by key."""
    wants_proxy = proxy or work.has_proxy()
    steps = work.wanted(proxy=wants_proxy)
    unwanted = work.unwanted(steps)
    looks = {look.step.key: look for look in survey(work.run, [*steps, *unwanted])}
    return _look(work, proxy=proxy) if work.falls_behind(steps) else (wants_proxy, steps, unwanted, looks)


def _note(run: Run, look: Look | None) -> None:
    """Have what is to go recorded, so that it goes even if this run is killed before."""
    if look is not None and look.found is not None and run.recorded(look.step) is None:
        run.ledger.settle(look.step.key, kind=look.step.kind, id=look.found.id, attrs=look.found.attrs)


def _leans(step: Resource[Any], there: Collection[str]) -> bool:
    """Whether it needs one of those that are there, and so may be there after all: the first look passes over what AWS
    makes."""
    return any(need.key in there for need in step.needs)


def _is_there(look: Look | None) -> bool:
    return look is not None and (look.found is not None or look.trouble is not None)
