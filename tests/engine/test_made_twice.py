"""Two runs from different folders have made the same: one of the two goes, whoever dies on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from provision.engine.apply import apply
from provision.engine.resource import Found
from provision.engine.run import Run
from provision.engine.survey import survey
from tests.engine.cloud import Cloud, Killed, Part, Refusal, Thing, run_on

OURS, FIRST, LAST = "net-1", "net-0", "net-9"
"""The run from the other folder makes the one with the first id, or the one with the last."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sleepy(Part):
    """The laptop sleeps between the answer with a thing in it and the look at that."""

    def find(self, run: Run) -> Sequence[Found[Thing]]:
        return run.look(self.key, lambda: self._answer(run))

    def _answer(self, run: Run) -> Sequence[Found[Thing]]:
        found = super().find(run)
        if found:
            self.cloud.clock.time += 100
        return found


@dataclass(frozen=True, kw_only=True, eq=False)
class Busy(Part):
    """AWS takes a second to answer."""

    def find(self, run: Run) -> Sequence[Found[Thing]]:
        found = super().find(run)
        self.cloud.clock.time += 1
        return found


def at_once(cloud: Cloud, *theirs: Thing) -> None:
    """Others make theirs while our create is under way."""

    def make(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - the one step
        if (verb, when) == ("create", "after"):
            cloud.things |= {thing.id: thing for thing in theirs}

    cloud.on_call = make


def left(cloud: Cloud) -> list[str]:
    """Whether AWS lists it yet or not."""
    return [thing.id for thing in cloud.things.values() if thing.ended is None]


def deleted(cloud: Cloud) -> int:
    return sum(verb == "delete" for _, verb, _ in cloud.calls)


@pytest.mark.parametrize("hidden", [0.0, 5.0])
def test_the_one_with_the_later_id_is_taken_back_at_once(cloud: Cloud, tmp_path: Path, hidden: float) -> None:
    """Also where AWS lists theirs before ours."""
    cloud.hidden = hidden
    at_once(cloud, Thing(FIRST, "net", 0.0))
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert left(cloud) == [FIRST]
    assert cloud.clock.now() - began < hidden + 3
    row = run_on(cloud, tmp_path).ledger.row("net")
    assert row is not None
    assert (row.status, row.id) == ("ready", FIRST)


@pytest.mark.parametrize("hidden", [1.5, 2.5, 3.5, 4.5, 5.5])
def test_it_does_not_matter_when_aws_begins_to_list_them(cloud: Cloud, tmp_path: Path, hidden: float) -> None:
    cloud.hidden = hidden
    at_once(cloud, Thing(FIRST, "net", cloud.clock.now() + 1))
    apply(run_on(cloud, tmp_path), [Busy(key="net", cloud=cloud)])
    assert left(cloud) == [FIRST]


def test_an_old_answer_does_not_tell_that_ours_never_came(cloud: Cloud, tmp_path: Path) -> None:
    cloud.hidden = 5
    at_once(cloud, Thing(FIRST, "net", 0.0))
    apply(run_on(cloud, tmp_path), [Sleepy(key="net", cloud=cloud)])
    assert left(cloud) == [FIRST]


def test_the_other_run_has_its_time_to_take_back_its_own(cloud: Cloud, tmp_path: Path) -> None:
    """And what carries no tags of the stack is no other run's."""
    at_once(cloud, Thing(LAST, "net", 0.0, ended=cloud.clock.now() + 10), Thing(FIRST, "net", 0.0, owned=False))
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert left(cloud) == [OURS, FIRST]
    assert deleted(cloud) == 0


def test_where_the_other_run_does_not_ours_goes_after_all(cloud: Cloud, tmp_path: Path) -> None:
    """Though AWS does not delete it at the first time of asking."""
    at_once(cloud, Thing(LAST, "net", 0.0))
    make, refusals = cloud.on_call, iter([Refusal("later")])

    def call(verb: str, key: str, when: str) -> None:
        make(verb, key, when)
        if verb == "delete":
            for refusal in refusals:
                raise refusal

    cloud.on_call = call
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert left(cloud) == [LAST]
    assert 30 <= cloud.clock.now() - began < 35


def test_taking_back_is_recorded_first_and_carried_on(cloud: Cloud, tmp_path: Path) -> None:
    cloud.fading = {"net": 10}
    theirs = Thing(FIRST, "net", 0.0)
    recorded = []

    def strike(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - the one step
        cloud.things[theirs.id] = theirs
        if verb == "delete":
            row = run_on(cloud, tmp_path).ledger.row("net")
            recorded.append(row and (row.status, row.id))
        if (verb, when) == ("delete", "after"):
            raise Killed

    cloud.on_call = strike
    with pytest.raises(Killed):
        apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert recorded == [("deleting", OURS)] * 2
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert (left(cloud), deleted(cloud)) == ([FIRST], 1)


def test_half_made_it_is_not_built_upon_and_can_be_taken_back(cloud: Cloud, tmp_path: Path) -> None:
    """What a create leaves to a second call is part of it."""

    def strike(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - the one step
        if (verb, when) == ("create", "after"):
            cloud.things[OURS].wanted = "half"
        if (verb, when) == ("update", "after"):
            raise Killed

    cloud.on_call = strike
    with pytest.raises(Killed):
        apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    cloud.on_call = lambda *_: None
    cloud.things[FIRST] = Thing(FIRST, "net", 0.0)
    (look,) = survey(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert (look.verb, look.trouble) == ("leave", None), "nobody has to choose"
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert left(cloud) == [FIRST]
