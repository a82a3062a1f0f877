"""How the loop waits: from when a refusal counts, what it has looked at again, and how it ends."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from provision.engine.apply import apply
from provision.engine.events import Event, StepFailed, StepWaiting
from provision.engine.loop import DOUBT, Done, Moved, Outcome, Waiting, until
from provision.engine.resource import Found, NotYet, Resource
from provision.engine.run import Run
from provision.errors import Failed
from tests.engine.cloud import Cloud, Part, Refusal, Thing, run_on


@dataclass(frozen=True, kw_only=True, eq=False)
class Shared(Part):
    """Its list is one that several steps share, as most of AWS's are; `asked` has the second of each question."""

    asked: list[float] = field(default_factory=list)

    def find(self, run: Run) -> Sequence[Found[Thing]]:
        return run.look(("list", self.key), lambda: self._listed(run))

    def _listed(self, run: Run) -> Sequence[Found[Thing]]:
        self.asked.append(run.at)
        return super().find(run)


def chain(cloud: Cloud, *keys: str) -> list[Part]:
    """Each comes after the one before it."""
    parts: list[Part] = []
    for key in keys:
        parts.append(Part(key=key, cloud=cloud, after=tuple(parts[-1:])))
    return parts


@pytest.mark.parametrize(("code", "times"), [("missing", 3), ("in use", 3), ("later", 0)])
def test_what_was_done_before_is_asked_again_at_times_and_only_where_it_may_be_the_reason(
    cloud: Cloud, tmp_path: Path, code: str, times: int
) -> None:
    net = Shared(key="net", cloud=cloud)
    cloud.things["net-9"] = Thing("net-9", "net", 0.0)
    began = cloud.clock.now()

    def refuse(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "base", "before") and cloud.clock.now() < began + 70:
            raise Refusal(code)

    cloud.on_call = refuse
    apply(run_on(cloud, tmp_path), [net, Part(key="base", cloud=cloud, after=(net,))])
    assert len(net.asked) == 1 + times
    assert all(later - earlier > DOUBT for earlier, later in pairwise(net.asked))


def test_what_was_done_before_is_not_only_what_the_step_names(cloud: Cloud, tmp_path: Path) -> None:
    """A database is refused for want of a subnet, and its subnet group is there all the same. What is made again then
    has the patience of what is made the first time."""
    cloud.things["net-9"] = Thing("net-9", "net", 0.0)
    cloud.slow = {"base": 550, "net": 100}

    def gone(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "function", "before"):
            cloud.things.pop("net-9", None)
            if "net" not in cloud.census():
                raise Refusal("missing")

    cloud.on_call = gone
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), chain(cloud, "net", "base", "target", "function"))
    assert cloud.census() == ["base", "function", "net", "target"]
    assert cloud.clock.now() - began < 550 + DOUBT + 100 + 50


AWAY = Failed(what="The network is away.")


Script = Sequence[tuple[float, Outcome | None]]


def moved(cloud: Cloud, folder: Path, script: Script, *, patience: float) -> list[Event]:
    """What is told while a step is refused, or does what `script` says until so many seconds have passed. A refusal
    is doubtful, and has a patience of 60 s."""
    events: list[Event] = []
    began, turns = cloud.clock.now(), iter([*script, (1e9, Done())])
    ends, outcome = next(turns)

    def move(_: Resource[Any]) -> Outcome:
        nonlocal ends, outcome
        if cloud.clock.now() - began >= ends:
            ends, outcome = next(turns)
        if outcome is None:
            raise NotYet("away", patience=60, otherwise=AWAY, doubtful=True)
        return outcome

    with suppress(Failed):
        until(run_on(cloud, folder, events), Part(key="net", cloud=cloud), move, patience=patience)
    return events


@pytest.mark.parametrize("between", [Moved(), Waiting("creating")], ids=["moved", "waiting"])
def test_a_refusal_counts_from_when_the_last_ones_began(cloud: Cloud, tmp_path: Path, between: Outcome) -> None:
    """Three times fifty seconds are no hundred and fifty."""
    script = [(50, None), (50.1, between), (100, None), (100.1, between), (150, None)]
    assert not any(isinstance(event, StepFailed) for event in moved(cloud, tmp_path, script, patience=600))


@pytest.mark.parametrize("patience", [None, 300], ids=["the step's patience", "its own"])
def test_the_end_of_a_refusal_counts_from_the_first_that_has_it(
    cloud: Cloud, tmp_path: Path, patience: float | None
) -> None:
    """AWS has long refused what time cures when the network fails for a moment, shorter than its patience of 60 s."""
    began = cloud.clock.now()

    def in_use(_: Resource[Any]) -> Outcome:
        if cloud.clock.now() - began < 200:
            raise NotYet("in use", patience=patience, otherwise=Failed(what="It is in use.") if patience else None)
        if cloud.clock.now() - began < 230:
            raise NotYet("away", patience=60, otherwise=AWAY)
        return Done()

    until(run_on(cloud, tmp_path), Part(key="net", cloud=cloud), in_use, patience=600)
    assert 230 <= cloud.clock.now() - began < 245


@pytest.mark.parametrize(("patience", "after"), [(600, 60), (30, 30)], ids=["its own", "the step's"])
def test_a_refusal_with_an_end_ends_in_its_own_words_and_nothing_comes_after_them(
    cloud: Cloud, tmp_path: Path, patience: float, after: float
) -> None:
    events = moved(cloud, tmp_path, [(1000, None)], patience=patience)
    assert [event.what for event in events if isinstance(event, StepFailed)] == [AWAY.what]
    assert isinstance([event for event in events if isinstance(event, StepFailed | StepWaiting)][-1], StepFailed)
    assert after < cloud.clock.now() - 1000 < after * 1.05
