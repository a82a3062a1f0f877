"""A look that changes nothing: what each step is, and what `up` would do about it. Feeds `plan` and `status`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from provision.engine.failures import refused
from provision.engine.loop import Done, Loop, Outcome
from provision.engine.resource import Change, Condition, Found, NotKnown, Resource
from provision.engine.seen import whole
from provision.errors import ProvisionError

if TYPE_CHECKING:
    from provision.engine.run import Run

Action = Literal["create", "change", "wait", "leave"]
"""What `up` would do about a step."""
ABSENT = Condition("absent")
REFUSED, FAILED = 4, 5
PATIENCE = 60.0
"""Seconds in which AWS may refuse a read for a passing reason, such as too many calls."""


@dataclass(frozen=True, kw_only=True)
class Look:
    """One step as it is. `trouble` is why it cannot be what we want, such as a state that cannot heal."""

    step: Resource[Any]
    found: Found[Any] | None
    condition: Condition
    changes: Sequence[Change] = ()
    trouble: ProvisionError | None = None

    @property
    def verb(self) -> Action:
        if self.found is None or self.condition.state == "leaving":
            return "change" if self.step.property_only else "create"
        if self.changes:
            return "change"
        return "leave" if self.condition.state == "ready" else "wait"


def survey(run: Run, steps: Sequence[Resource[Any]]) -> list[Look]:
    """Look at every step, reads overlapping; `run` knows afterwards what was found. Sends nothing that changes.

    Raises what `up` would raise for a read that AWS refuses.
    """
    steps = [step for step in steps if not step.made_by_aws]
    looks: dict[str, Look] = {}

    def find(step: Resource[Any]) -> None:
        looks[step.key] = _found(run, step)

    def judge(step: Resource[Any]) -> None:
        looks[step.key] = _judged(run, looks[step.key])

    keys = {step.key for step in steps}
    # What is a setting on other resources can only be looked for once those are known.
    settings = {step.key: {need.key for need in step.needs} & keys for step in steps if step.property_only}
    _each(run, steps, find, after=settings)
    _each(run, steps, judge, after={})
    return [looks[step.key] for step in steps]


def refuse(looks: Iterable[Look]) -> None:
    """Raises what no work would cure (not ours, ambiguous, immutable), before anything is changed."""
    for look in looks:
        if look.trouble is not None and look.trouble.exit_code == REFUSED:
            raise look.trouble


def _each(
    run: Run, steps: Sequence[Resource[Any]], look: Callable[[Resource[Any]], None], *, after: Mapping[str, set[str]]
) -> None:
    """Once for each step, `after` those it names; what AWS cannot answer now is asked again."""

    def move(step: Resource[Any]) -> Outcome:
        with refused(run, step):
            look(step)
        return Done()

    before = {step.key: after.get(step.key, set()) for step in steps}
    Loop(run=run, steps=steps, before=before, move=move, usual=lambda _: 0.0, patience=lambda _: PATIENCE).go()


def _found(run: Run, step: Resource[Any]) -> Look:
    try:
        found = whole(run, step)
    except ProvisionError as error:
        if error.exit_code not in (REFUSED, FAILED):
            raise
        return Look(step=step, found=None, condition=ABSENT, trouble=error)
    if found is not None:
        run.learn(step, found)
        step.prefetch(run, found)
    return Look(step=step, found=found, condition=ABSENT)


def _judged(run: Run, look: Look) -> Look:
    step, found = look.step, look.found
    if found is None:
        return look
    condition = Condition("unknown")
    try:
        condition = step.condition(run, found)
        if condition.state == "settling":
            step.check_changeable(found)
        changes = tuple(step.drift(run, found)) if condition.state == "ready" else ()
    except NotKnown as unknown:
        return Look(step=step, found=found, condition=condition, changes=(Change(str(unknown), "absent", "made"),))
    except ProvisionError as error:
        return Look(step=step, found=found, condition=condition, trouble=error)
    return Look(step=step, found=found, condition=condition, changes=changes)
