"""The way down: the same list backwards. Each step ends once all that need it are gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provision.engine.events import StepBegan, StepDone, Warned
from provision.engine.failures import if_there, refused
from provision.engine.loop import Done, Loop, Moved, Outcome, Waiting
from provision.engine.resource import READY, Condition, Found, Resource
from provision.engine.seen import LISTED, maybe_unlisted, maybe_untagged, not_ours, young
from provision.errors import Failed, QuotaReached

if TYPE_CHECKING:
    from provision.engine.run import Run


def destroy(run: Run, steps: Sequence[Resource[Any]]) -> None:
    """End `steps`, those that nothing needs first. Goes on past a failure as far as it can, then raises the first."""
    needed_by: dict[str, set[str]] = {step.key: set() for step in steps}
    for step in steps:
        for need in step.needs:
            if need.key in needed_by:
                needed_by[need.key].add(step.key)
    down = Down(run)
    run.reads.forget()  # whose a thing is must be fresh before it is deleted
    Loop(
        run=run,
        steps=list(reversed(steps)),
        before=needed_by,
        move=down.move,
        usual=lambda step: run.usual(step, "delete", step.usual_down),
        patience=lambda step: step.patience_down,
        goal="gone",
        carry_on=True,
    ).go(on_timeline=True)


@dataclass
class Down:
    """What "move" means on the way down."""

    run: Run
    begun: dict[str, float] = field(default_factory=dict)
    """When the first delete of a step was sent or seen under way, by its key; monotonic seconds."""
    warned: set[str] = field(default_factory=set)
    """The steps in whose place there is something that is not ours, and of which that was said."""

    def move(self, step: Resource[Any]) -> Outcome:
        if step.property_only:
            self.run.ledger.forget(step.key)
            return Done()
        with refused(self.run, step):
            candidates = step.find(self.run)
            ours = [found for found in candidates if found.owned]
            others = [found for found in candidates if not found.owned]
            if not ours and any(self._may_be_ours(step, found) for found in others):
                return Waiting("AWS still lists it, without its tags")
            self._leave_alone(step, others)
            if not ours:
                return self._gone(step)
            self.run.learn(step, ours[0])
            outcomes = [self._end(step, found) for found in ours]
            return next((outcome for outcome in outcomes if isinstance(outcome, Moved)), outcomes[0])

    def _may_be_ours(self, step: Resource[Any], found: Found[Any]) -> bool:
        """Whether it is what we have just made or deleted. AWS: something may be listed for a while before it has its
        tags, and after it lost them."""
        row = self.run.recorded(step)
        deleted = row is not None and (row.status, row.id) == ("deleting", found.id) and young(self.run, row, LISTED)
        return deleted or maybe_untagged(self.run, step, found)

    def _leave_alone(self, step: Resource[Any], others: Sequence[Found[Any]]) -> None:
        row = self.run.recorded(step)
        for found in others:
            if row is not None and row.id == found.id and row.status != "deleting":
                self.run.ledger.forget(step.key)
                raise not_ours(self.run, step, found)
            if step.key not in self.begun and step.key not in self.warned:
                self.warned.add(step.key)
                what = f"The {step.label} {found.id} is not this stack's and stays as it is."
                self.run.emit(Warned(what=what))

    def _gone(self, step: Resource[Any]) -> Outcome:
        late = maybe_unlisted(self.run, step)
        if late:
            return Waiting(late)
        self.run.unlearn(step)
        row = self.run.recorded(step)
        self.run.ledger.forget(step.key)
        if row is not None and row.status == "deleting":
            elapsed = self.run.clock.now() - self.begun.get(step.key, self.run.clock.now())
            gone = StepDone(key=step.key, label=step.label, at=self.run.at, verb="delete", id=row.id, elapsed=elapsed)
            self.run.emit(gone)
        return Done()

    def _end(self, step: Resource[Any], found: Found[Any]) -> Outcome:
        condition = self._condition(step, found)
        if condition.state == "leaving":
            self._say(step)
            return Waiting(condition.detail, at_work=True)
        row = self.run.recorded(step)
        if row is None or row.status != "deleting":
            self.run.ledger.intend(step.key, kind=step.kind, status="deleting", id=found.id)
        first = self._say(step)
        with if_there(self.run, step):
            step.delete(self.run, found)
        return Moved() if first else Waiting(condition.detail or "deleting")

    def _condition(self, step: Resource[Any], found: Found[Any]) -> Condition:
        """A state that cannot heal is no obstacle to deleting."""
        try:
            return step.condition(self.run, found)
        except (Failed, QuotaReached):
            return READY

    def _say(self, step: Resource[Any]) -> bool:
        """Tell the listeners once; whether this was that once."""
        if step.key in self.begun:
            return False
        self.begun[step.key] = self.run.clock.now()
        self.run.changed.append((step.key, "delete"))
        self.run.emit(StepBegan(key=step.key, label=step.label, at=self.run.at, verb="delete"))
        return True
