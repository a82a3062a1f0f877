"""A look without hands: what each step is, and what `up` would do about it. Feeds `plan` and `status`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provision.engine.calls import refused
from provision.engine.resource import Change, Condition, Found, NotKnown, Resource
from provision.engine.seen import whole
from provision.errors import ProvisionError

if TYPE_CHECKING:
    from provision.engine.run import Run

ABSENT = Condition("absent")


@dataclass(frozen=True, kw_only=True)
class Look:
    """One step as it is. `trouble` is why it cannot be what we want, such as a state that cannot heal."""

    step: Resource[Any]
    found: Found[Any] | None
    condition: Condition
    changes: Sequence[Change] = ()
    trouble: ProvisionError | None = None

    @property
    def verb(self) -> str:
        """What `up` would do: create, change, wait or leave."""
        if self.found is None or self.condition.state == "leaving":
            return "create"
        if self.changes:
            return "change"
        return "leave" if self.condition.state == "ready" else "wait"


def survey(run: Run, steps: Sequence[Resource[Any]]) -> list[Look]:
    """Look at every step, reads overlapping; `run` knows afterwards what was found. Sends nothing that changes."""
    steps = [step for step in steps if not step.made_by_aws]
    found: dict[str, Found[Any] | ProvisionError | None] = {}
    for wave in ([s for s in steps if not s.property_only], [s for s in steps if s.property_only]):
        # What is a setting on other resources can only be looked for once those are known.
        for step, one in zip(wave, run.overlap(lambda step: _find(run, step), wave), strict=True):
            found[step.key] = one
            if isinstance(one, Found):
                run.learn(step, one)
    return run.overlap(lambda step: _judge(run, step, found[step.key]), steps)


def _find(run: Run, step: Resource[Any]) -> Found[Any] | ProvisionError | None:
    try:
        with refused(run, step):
            return whole(run, step)
    except ProvisionError as error:
        if error.exit_code == REFUSED:
            return error
        raise


REFUSED = 4


def _judge(run: Run, step: Resource[Any], found: Found[Any] | ProvisionError | None) -> Look:
    if not isinstance(found, Found):
        return Look(step=step, found=None, condition=ABSENT, trouble=found)
    condition = Condition("unknown")
    try:
        condition = step.condition(run, found)
        changes = tuple(step.drift(run, found)) if condition.state == "ready" else ()
    except NotKnown as unknown:
        return Look(step=step, found=found, condition=condition, changes=(Change(str(unknown), "absent", "made"),))
    except ProvisionError as error:
        return Look(step=step, found=found, condition=condition, trouble=error)
    return Look(step=step, found=found, condition=condition, changes=changes)
