"""The way up: each step exists, is ready, and is as the settings want it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from provision.engine.events import StepBegan, StepDone, StepFound
from provision.engine.failures import if_there, refused, sending
from provision.engine.loop import Done, Loop, Moved, Outcome, Waiting
from provision.engine.resource import Change, Found, Resource
from provision.engine.seen import may_stay, maybe_deleted, spare, the_one, unlisted
from provision.errors import Failed

if TYPE_CHECKING:
    from provision.engine.events import Verb
    from provision.engine.run import Run

RESEND = 10.0
"""Seconds after which an update whose effect is still not seen is sent again; AWS may be slow to show it."""
SENDS = 9
"""How often at most: what AWS takes and then does not show, more of the same does not change."""


def apply(run: Run, steps: Sequence[Resource[Any]]) -> None:
    """Make or repair `steps`, whose needs are all among them or already known to `run`. Raises the first failure."""
    up = Up(run)
    keys = {step.key for step in steps}
    Loop(
        run=run,
        steps=steps,
        before={step.key: {need.key for need in step.needs} & keys for step in steps},
        move=up.move,
        usual=lambda step: run.usual(step, "create", step.usual_up),
        patience=lambda step: step.patience_up,
    ).go(on_timeline=True)


@dataclass
class Begun:
    """What this run already did for a step."""

    verb: Verb
    at: float
    changes: Sequence[Change] = ()
    sent: float = 0.0
    sends: int = 0
    """How often `changes` were sent, the last time at `sent`."""


@dataclass
class Up:
    """What "move" means on the way up."""

    run: Run
    begun: dict[str, Begun] = field(default_factory=dict)

    def move(self, step: Resource[Any]) -> Outcome:
        if step.made_by_aws:
            return Done()
        with refused(self.run, step):
            candidates = step.find(self.run)  # once: a second time AWS may list more
            extra = spare(self.run, step, candidates)
            if extra is not None:
                return self._take_back(step, extra, candidates)
            found = the_one(self.run, step, candidates)
            return self._glance(step, found) if found else self._create(step)

    def _create(self, step: Resource[Any]) -> Outcome:
        late = unlisted(self.run, step)
        if late:
            return Waiting(late)
        self.run.unlearn(step)
        row = self.run.ledger.intend(step.key, kind=step.kind, status="creating")
        self._begin(step, "update" if step.property_only else "create")
        with sending(self.run, step):
            made = step.create(self.run, row.token)
        self.run.ledger.record(step.key, id=made if isinstance(made, str) else made.id)
        return Moved()

    def _take_back(self, step: Resource[Any], extra: Found[Any], candidates: Sequence[Found[Any]]) -> Outcome:
        """Another run has made one too; nothing has been built on ours."""
        if may_stay(self.run, step, extra, candidates):
            return Waiting("another run has made one too, and is to take it back")
        row = self.run.recorded(step)
        if row is None or row.status != "deleting":
            self.run.ledger.intend(step.key, kind=step.kind, status="deleting", id=extra.id)
        if step.condition(self.run, extra).state != "leaving":
            with if_there(self.run, step):
                step.delete(self.run, extra)
        return Waiting("another run has made one too, and ours is taken back")

    def _glance(self, step: Resource[Any], found: Found[Any]) -> Outcome:
        condition = step.condition(self.run, found)
        if condition.state == "leaving" or maybe_deleted(self.run, step, found):
            return Waiting(condition.detail or "its deletion may still be under way")
        self.run.learn(step, found)
        if condition.state == "settling":
            return Waiting(condition.detail, at_work=True)
        changes = tuple(step.drift(self.run, found))
        return self._update(step, found, changes) if changes else self._settle(step, found)

    def _update(self, step: Resource[Any], found: Found[Any], changes: Sequence[Change]) -> Outcome:
        begun = self.begun.get(step.key)
        now = self.run.clock.now()
        sends = begun.sends if begun and begun.changes == changes else 0
        if begun and sends and now - begun.sent < RESEND:
            return Waiting("the change does not show yet")
        if sends >= SENDS:
            raise _never_shown(step, changes)
        # A row still being created keeps that status: its first drift is the second half of its creation.
        row = self.run.recorded(step)
        if row is None or row.status != "creating":
            self.run.ledger.intend(step.key, kind=step.kind, status="updating", id=found.id)
        if begun is None:
            begun = self._begin(step, "update", _summary(changes))
        step.update(self.run, found, changes)
        begun.changes, begun.sent, begun.sends = changes, now, sends + 1
        return Moved()

    def _settle(self, step: Resource[Any], found: Found[Any]) -> Outcome:
        self.run.ledger.settle(step.key, kind=step.kind, id=found.id, attrs=found.attrs)
        begun = self.begun.get(step.key)
        if begun is None:
            self.run.emit(StepFound(key=step.key, label=step.label, at=self.run.at, id=found.id))
        else:
            elapsed = self.run.clock.now() - begun.at
            done = StepDone(
                key=step.key, label=step.label, at=self.run.at, verb=begun.verb, id=found.id, elapsed=elapsed
            )
            self.run.emit(done)
        return Done()

    def _begin(self, step: Resource[Any], verb: Verb, detail: str = "") -> Begun:
        begun = self.begun.get(step.key)
        if begun is None:
            begun = self.begun[step.key] = Begun(verb, self.run.clock.now())
            self.run.changed.append((step.key, verb))
            self.run.emit(StepBegan(key=step.key, label=step.label, at=self.run.at, verb=verb, detail=detail))
        return begun


def _summary(changes: Sequence[Change]) -> str:
    """For one line: each change, but tags by that one word; `plan` has them all."""
    words = [str(change) for change in changes if not change.field.startswith("tag ")]
    return "; ".join(words if len(words) == len(changes) else [*words, "tags"])


def _never_shown(step: Resource[Any], changes: Sequence[Change]) -> Failed:
    return Failed(
        what=f"The {step.label} stays as it is, although AWS took the change {SENDS} times.",
        why=f"Not changed: {_summary(changes)}.",
        hint="Run the same command again later. An endpoint that is not AWS may not know this setting at all.",
    )
