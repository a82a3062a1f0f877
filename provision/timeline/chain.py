"""The longest chain of a run: what had to come after what, and whose time it was."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from provision.timeline.record import Run, Span, Step

FIRST, BETWEEN, LAST = "first look", "look in between", "proof at the end"


@dataclass(frozen=True, kw_only=True)
class Link:
    """One step of the chain, from the moment it could begin, or the time between steps, whose `key` is empty; `start`
    and `end` in seconds since the run began. `aws`: seconds in which a call of it was under way or AWS was surely at
    work on it. The rest is ours, the moments between AWS's end and the look that saw it included."""

    key: str
    label: str
    start: float
    end: float
    aws: float

    @property
    def ours(self) -> float:
        return max(0.0, self.end - self.start - self.aws)


def longest(run: Run) -> list[Link]:
    """The links in order, without gaps, from the beginning of the run to its end."""
    links: list[Link] = []
    at = 0.0
    for number, began in enumerate(run.parts):
        steps = {step.key: step for step in run.steps if step.part == number}
        if not steps:
            continue
        links.append(_outside(run, FIRST if not links else BETWEEN, at, began))
        at = began
        for step in _path(steps):
            links.append(_link(step.key, step.label, at, max(at, step.end), step.spans))
            at = links[-1].end
    links.append(_outside(run, LAST if links else FIRST, at, max(at, run.elapsed)))
    return [link for link in links if link.end > link.start]


def _path(steps: dict[str, Step]) -> list[Step]:
    """From the first step to the one that ended last, each after the need that it waited for longest."""
    step: Step | None = max(steps.values(), key=lambda one: one.end)
    path: list[Step] = []
    while step is not None:
        path.append(step)
        del steps[step.key]  # a damaged record may lead in a circle
        needs = [steps[key] for key in step.needs if key in steps]
        step = max(needs, key=lambda one: one.end, default=None)
    return path[::-1]


def _outside(run: Run, label: str, start: float, end: float) -> Link:
    return _link("", label, start, end, run.outside)


def _link(key: str, label: str, start: float, end: float, spans: Iterable[Span]) -> Link:
    covered = sum(max(0.0, min(end, to) - max(start, since)) for since, to in spans)
    return Link(key=key, label=label, start=start, end=end, aws=min(covered, end - start))
