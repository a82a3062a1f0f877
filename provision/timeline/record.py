"""When each step of a run began, waited and ended; a listener of the engine's events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from provision.engine.events import Event, LoopBegan, RunBegan, RunEnded, StepBegan, StepLooked

MOST_SPANS = 16
"""Of one step; what goes on after that is drawn as part of the last."""

Span = tuple[float, float]
"""Seconds since the run began, from and to."""


@dataclass(kw_only=True)
class Step:
    """`spans` are the times in which AWS was at it: a call, or a wait that the next look found still going on.
    `verb` is empty for what was as it should be. `part` is that of the run, from 0."""

    key: str
    label: str
    part: int
    needs: list[str]
    verb: str = ""
    ended: bool = False
    spans: list[Span] = field(default_factory=list)

    @property
    def start(self) -> float:
        """Seconds since the run began."""
        return self.spans[0][0] if self.spans else 0.0

    @property
    def end(self) -> float:
        return self.spans[-1][1] if self.spans else 0.0


@dataclass(kw_only=True)
class Run:
    """`began` in seconds since 1970, `parts` when each part of it began, `outside` AWS's time beside the steps: the
    first look, and the proof at the end. `outcome` is done, or unfinished."""

    command: str
    name: str
    target: str
    region: str
    began: float
    elapsed: float = 0.0
    outcome: str = "unfinished"
    parts: list[float] = field(default_factory=list)
    outside: list[Span] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


class Recorder:
    """An `Emit`; `run` is None until the run began. Called by one thread at a time, as the engine does."""

    def __init__(self, stamp: Callable[[], float]) -> None:
        self.run: Run | None = None
        self._stamp = stamp
        self._needs: dict[str, list[str]] = {}
        self._steps: dict[str, Step] = {}
        self._waiting: dict[str, float] = {}

    def __call__(self, event: Event) -> None:
        match event:
            case RunBegan():
                self.run = Run(
                    command=event.command,
                    name=event.name,
                    target=event.target,
                    region=event.region,
                    began=self._stamp(),
                )
            case LoopBegan() if self.run:
                self.run.parts.append(event.at)
                self._needs = {key: sorted(needs) for key, needs in event.needs.items()}
                self._steps, self._waiting = {}, {}
            case StepLooked() if self.run:
                self._looked(self.run, event)
            case StepBegan() if self.run and event.key in self._needs:
                self._step(self.run, event.key, event.label).verb = event.verb
            case RunEnded() if self.run:
                self.run.elapsed, self.run.outcome = event.elapsed, "done"

    def _looked(self, run: Run, look: StepLooked) -> None:
        run.elapsed = max(run.elapsed, look.at)
        step = self._step(run, look.key, look.label) if look.key in self._needs else None
        if step is None or step.ended:
            run.outside = _with(run.outside, look.began, look.at)
            return
        still = look.outcome == "waiting"
        since = self._waiting.pop(look.key, look.began) if still else look.began
        step.spans = _with(step.spans, since, look.at)
        if still:
            self._waiting[look.key] = look.at
        else:
            self._waiting.pop(look.key, None)
        step.ended = look.outcome == "done"

    def _step(self, run: Run, key: str, label: str) -> Step:
        if key not in self._steps:
            self._steps[key] = Step(key=key, label=label, part=len(run.parts) - 1, needs=self._needs[key])
            run.steps.append(self._steps[key])
        return self._steps[key]


def _with(spans: list[Span], start: float, end: float) -> list[Span]:
    """`spans` and one more; what overlaps or touches becomes one."""
    start, end = round(start, 3), round(end, 3)
    before = [span for span in spans if span[1] < start]
    others = [(start, end), *(span for span in spans if span[1] >= start)]
    merged = [*before, (min(span[0] for span in others), max(span[1] for span in others))]
    if len(merged) > MOST_SPANS:
        merged[-2:] = [(merged[-2][0], merged[-1][1])]
    return merged
