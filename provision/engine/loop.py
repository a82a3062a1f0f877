"""The one loop, and the only place where the program waits.

A turn notes what has come of the moves under way, and begins one for every step whose predecessors are done and whose
next look is due. Then the loop rests until a move has ended or a look is due. Looks grow rarer the longer a step has
waited. A slow call holds up its own step alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tenacity import RetryCallState, Retrying, retry_if_result, stop_never

from provision.engine.events import LoopBegan, StepDelayed, StepFailed, StepLooked, StepWaiting
from provision.engine.resource import NotYet
from provision.engine.seen import LISTED
from provision.errors import PatienceRanOut, ProvisionError

if TYPE_CHECKING:
    from provision.engine.resource import Resource
    from provision.engine.run import Run

SHARE = 0.03
"""A look comes at most this share of the time already waited late; contract: no later than 5 %."""
SOONEST, LATEST = 0.2, 10.0
"""Seconds between two looks at one step, at least and at most."""
DOUBT = 20.0
"""Seconds in which AWS may merely be late. What it still refuses then may rest on what was so and is no more."""


class Outcome:
    """What became of one move."""


@dataclass(frozen=True)
class Done(Outcome):
    """This step is where it should be."""


@dataclass(frozen=True)
class Moved(Outcome):
    """A call was sent that changes something: look again soon."""


@dataclass(frozen=True)
class Waiting(Outcome):
    """AWS is at it; `detail` is its word for that. `at_work`: what else it said, such as whose it is, still holds."""

    detail: str = ""
    refusal: NotYet | None = None
    at_work: bool = False


@dataclass
class Wait:
    """Since when a step has been under way, when to look next, since when AWS has refused it, since when with one and
    the same `patience` that is shorter than the step's, and when a refusal was last doubted; monotonic seconds."""

    began: float
    due: float = 0.0
    refused: float | None = None
    patience: float | None = None
    ending: float = 0.0
    doubted: float = 0.0


Move = Callable[["Resource[Any]"], Outcome]


@dataclass(kw_only=True)
class Loop:
    """One way through the list. `before[key]` are the keys that must be done first; in `steps` they come first too.
    `usual` and `patience` are seconds of a step, as a rule (0 if unknown) and at most."""

    run: Run
    steps: Sequence[Resource[Any]]
    before: Mapping[str, set[str]]
    move: Move
    usual: Callable[[Resource[Any]], float]
    patience: Callable[[Resource[Any]], float]
    goal: str = "ready"
    """What a step is to become, in the words of `PatienceRanOut`."""
    carry_on: bool = False
    """After a failure go on with everything that does not depend on the failed step."""

    def __post_init__(self) -> None:
        self.done: set[str] = set()
        self.failures: dict[str, ProvisionError] = {}
        self.waits: dict[str, Wait] = {}
        self.under_way: set[str] = set()

    def go(self, *, on_timeline: bool = False) -> None:
        """To the end, or raises the first failure once every call already sent has answered and is recorded.

        `on_timeline`: as a part of the run, which its picture shows step by step.
        """
        if on_timeline:
            needs = {key: frozenset(before) for key, before in self.before.items()}
            self.run.emit(LoopBegan(at=self.run.at, needs=needs))
        Retrying(
            retry=retry_if_result(lambda finished: not finished),
            wait=self._until_due,
            stop=stop_never,
            sleep=lambda seconds: self.run.executor.wait(seconds, self.run.clock.sleep),
        )(self._turn)
        if self.failures:
            raise _together(list(self.failures.values()))

    def _turn(self) -> bool:
        for step, outcome in self.run.executor.completed():
            self.under_way.remove(step.key)
            self._note(step, outcome)
        for step in [step for step in self.steps if self._may_move(step)]:
            self.under_way.add(step.key)
            self.waits.setdefault(step.key, Wait(began=self.run.clock.now()))
            self.run.executor.submit(self._moved_one, step)
        everything = {step.key for step in self.steps}
        return not self.under_way and (self._stopping or everything <= self.done | self._stuck())

    @property
    def _stopping(self) -> bool:
        return bool(self.failures) and not self.carry_on

    def _has_its_turn(self, key: str) -> bool:
        """Whether nothing but its next look's time keeps the step from moving."""
        ended = self.done | self.failures.keys() | self.under_way
        return not self._stopping and key not in ended and self.before[key] <= self.done

    def _may_move(self, step: Resource[Any]) -> bool:
        wait = self.waits.get(step.key)
        return self._has_its_turn(step.key) and (wait is None or wait.due <= self.run.clock.now())

    def _stuck(self) -> set[str]:
        """The failed steps and all that must come after one of them."""
        stuck = set(self.failures)
        for step in self.steps:
            if step.key not in self.done and self.before[step.key] & stuck:
                stuck.add(step.key)
        return stuck

    def _moved_one(self, step: Resource[Any]) -> Outcome | ProvisionError:
        began = self.run.at
        with self.run.reads.noted() as asked:
            outcome = self._outcome(step)
        name = type(outcome).__name__.lower() if isinstance(outcome, Outcome) else "failed"
        self.run.emit(StepLooked(key=step.key, label=step.label, began=began, at=self.run.at, outcome=name))
        if not isinstance(outcome, Done):
            at_work = isinstance(outcome, Waiting) and outcome.at_work
            self.run.reads.renew(asked, lasting=not at_work)
        return outcome

    def _outcome(self, step: Resource[Any]) -> Outcome | ProvisionError:
        try:
            return self.move(step)
        except NotYet as refusal:
            self.run.emit(StepDelayed(key=step.key, label=step.label, at=self.run.at, reason=refusal.reason))
            return Waiting(refusal.reason, refusal)
        except ProvisionError as error:
            return error

    def _note(self, step: Resource[Any], outcome: Outcome | ProvisionError) -> None:
        wait = self.waits[step.key]
        if isinstance(outcome, ProvisionError):
            self._fail(step, outcome)
        elif isinstance(outcome, Done):
            self.done.add(step.key)
            del self.waits[step.key]  # it may have to be looked at again, and begins anew then
        elif isinstance(outcome, Waiting):
            self._wait(step, wait, outcome)
        else:
            wait.refused = wait.patience = None

    def _wait(self, step: Resource[Any], wait: Wait, outcome: Waiting) -> None:
        now = self.run.clock.now()
        elapsed = now - wait.began
        wait.due = now + min(max(SHARE * elapsed, SOONEST), LATEST)
        wait.refused = (wait.refused or now) if outcome.refusal else None
        refusal = outcome.refusal
        otherwise, patience = (refusal.otherwise, refusal.patience) if refusal else (None, None)
        if patience != wait.patience:  # such as that of a passing trouble in the middle of another refusal
            wait.patience, wait.ending = patience, now
        if otherwise and now - wait.ending > (patience or 0):
            self._fail(step, otherwise)
            return
        if elapsed > self.patience(step):
            self._fail(step, otherwise or _too_long(step, self.goal, elapsed, outcome.detail))
            return
        if refusal and refusal.doubtful and now - max(wait.refused or now, wait.doubted) > DOUBT:
            wait.doubted = now
            self._doubt(step, made_too=elapsed > LISTED)
        waiting = StepWaiting(
            key=step.key,
            label=step.label,
            at=self.run.at,
            elapsed=elapsed,
            usual=self.usual(step),
            patience=self.patience(step),
            detail=outcome.detail,
        )
        self.run.emit(waiting)

    def _doubt(self, step: Resource[Any], *, made_too: bool) -> None:
        """Look again at all that was done before it; `made_too`: also at what this run has made, which AWS would surely
        list by now."""
        self.run.reads.forget()
        made = {key for key, verb in self.run.changed if verb == "create"}
        self.done -= self._all_before(step) - (set() if made_too else made)

    def _all_before(self, step: Resource[Any]) -> set[str]:
        found = set(self.before[step.key])
        for other in reversed(self.steps):
            if other.key in found:
                found |= self.before[other.key]
        return found

    def _fail(self, step: Resource[Any], error: ProvisionError) -> None:
        self.failures[step.key] = error
        self.run.emit(StepFailed(key=step.key, label=step.label, at=self.run.at, what=error.what))

    def _until_due(self, _: RetryCallState) -> float:
        dues = [wait.due for key, wait in self.waits.items() if self._has_its_turn(key)]
        return max(0.0, min(dues, default=self.run.clock.now() + LATEST) - self.run.clock.now())


def until(run: Run, step: Resource[Any], move: Move, *, patience: float) -> None:
    """Repeat `move`, told as being about `step`, until it is `Done`; raises `PatienceRanOut` after `patience` s."""
    Loop(
        run=run, steps=[step], before={step.key: set()}, move=move, usual=lambda _: 0.0, patience=lambda _: patience
    ).go()


def _together(failures: Sequence[ProvisionError]) -> ProvisionError:
    """The first, with what else is of its kind: on the way down all that is in the way is told at once."""
    first = failures[0]
    others = {(one.what, one.why): None for one in failures if type(one) is type(first)}
    others.pop((first.what, first.why))
    if not others:
        return first
    why = " ".join(part for pair in [("", first.why), *others] for part in pair if part)
    return type(first)(what=first.what, why=why, hint=first.hint)


def _too_long(step: Resource[Any], goal: str, elapsed: float, detail: str) -> PatienceRanOut:
    return PatienceRanOut(
        what=f"Gave up waiting for the {step.label} to be {goal} after {elapsed / 60:.0f} minutes.",
        why=f"AWS last said: {detail.removeprefix('AWS: ').rstrip('.')}." if detail else "",
        hint="AWS may still be at work on it. The same command carries on from here.",
    )
