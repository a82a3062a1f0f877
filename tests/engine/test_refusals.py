"""What the engine makes of a refusal, a lost answer, a state that cannot heal and a wait that does not end."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.events import Event, StepBegan, StepDelayed
from provision.engine.loop import DOUBT, Outcome, until
from provision.engine.resource import NotYet, Resource
from provision.engine.seen import LISTED
from provision.errors import Failed, PatienceRanOut
from tests.engine.cloud import Cloud, Refusal, Thing, run_on, stack


def test_a_refusal_that_time_cures_is_asked_again(cloud: Cloud, tmp_path: Path) -> None:
    refusals = iter([True, True, False])

    def refuse(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "nat", "before") and next(refusals):
            raise Refusal("later")

    cloud.on_call = refuse
    events: list[Event] = []
    apply(run_on(cloud, tmp_path, events), stack(cloud))
    assert cloud.census().count("nat") == 1
    assert sum(isinstance(event, StepDelayed) for event in events) == 2
    assert [e.verb for e in events if isinstance(e, StepBegan) and e.key == "nat"] == ["create"]


def test_a_refusal_that_time_does_not_cure_ends_the_run_and_a_rerun_carries_on(cloud: Cloud, tmp_path: Path) -> None:
    def refuse(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "target", "before"):
            raise Refusal("denied")

    cloud.on_call = refuse
    with pytest.raises(Failed, match="AWS refused"):
        apply(run_on(cloud, tmp_path), stack(cloud))
    cloud.on_call = lambda *_: None
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["base", "function", "nat", "net", "target"]
    assert cloud.clock.now() < 1010, "a refusal that AWS answered must not make the next run wait"


def test_a_state_that_cannot_heal_fails_at_once_with_the_reason(cloud: Cloud, tmp_path: Path) -> None:
    """However long what is beside it would take."""
    cloud.slow = {"base": 360, "nat": 360}

    def breaks(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "base", "after"):
            next(t for t in cloud.things.values() if t.key == "base").broken = "incompatible-network"

    cloud.on_call = breaks
    began = cloud.clock.now()
    with pytest.raises(Failed) as caught:
        apply(run_on(cloud, tmp_path), stack(cloud))
    assert caught.value.why == "incompatible-network"
    assert cloud.clock.now() - began < 5
    row = run_on(cloud, tmp_path).ledger.row("base")
    assert row is not None
    assert row.status == "failed"


def test_what_cannot_heal_can_be_removed(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    for thing in cloud.things.values():
        thing.broken = "incompatible-network"
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == []


def test_patience_runs_out(cloud: Cloud, tmp_path: Path) -> None:
    cloud.slow = {"net": 1e9}
    with pytest.raises(PatienceRanOut, match=r"waiting for the .* to be ready after 10 minutes"):
        apply(run_on(cloud, tmp_path), stack(cloud))


def test_patience_that_ran_out_repeats_aws_in_one_sentence(cloud: Cloud, tmp_path: Path) -> None:
    run, (step, *_) = run_on(cloud, tmp_path), stack(cloud)

    def move(_: Resource[Any]) -> Outcome:
        raise NotYet("AWS: The thing is in use.")

    with pytest.raises(PatienceRanOut) as late:
        until(run, step, move, patience=60)
    assert late.value.why == "AWS last said: The thing is in use."


def test_a_change_that_is_taken_and_never_shows_is_given_up(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    thing = next(t for t in cloud.things.values() if t.key == "base")
    thing.wanted = "bent"
    cloud.on_call = lambda verb, key, when: setattr(thing, "wanted", "bent")  # noqa: ARG005 - its form
    began = cloud.clock.now()
    with pytest.raises(Failed, match="although AWS took the change 9 times") as failed:
        apply(run_on(cloud, tmp_path), stack(cloud))
    assert "shape: bent -> right" in failed.value.why
    assert 60 < cloud.clock.now() - began < 120


def test_a_lost_answer_is_looked_for_before_it_is_asked_again(cloud: Cloud, tmp_path: Path) -> None:
    cloud.hidden = 5.0
    lost = iter([True] + [False] * 9)

    def lose(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "net", "after") and next(lost):
            raise Refusal("lost")

    cloud.on_call = lose
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census().count("net") == 1


def test_a_call_lost_on_the_way_there_is_sent_again(cloud: Cloud, tmp_path: Path) -> None:
    lost = iter([True] + [False] * 9)

    def lose(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "net", "before") and next(lost):
            raise Refusal("lost")

    cloud.on_call = lose
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["base", "function", "nat", "net", "target"]
    assert 20 <= cloud.clock.now() - began < 25


def test_what_was_on_its_way_out_when_it_was_seen_is_made_anew(cloud: Cloud, tmp_path: Path) -> None:
    """Somebody has just deleted it, AWS lists it for a moment more, and no state file tells."""
    cloud.things["net-9"] = Thing("net-9", "net", 0.0)

    def gone(verb: str, key: str, when: str) -> None:
        cloud.things.pop("net-9", None)
        if (verb, key, when) == ("create", "nat", "before") and "net" not in cloud.census():
            raise Refusal("missing")

    cloud.on_call = gone
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["base", "function", "nat", "net", "target"]
    assert cloud.clock.now() - began < 30


def test_what_another_run_deletes_right_after_we_made_it_is_made_anew(cloud: Cloud, tmp_path: Path) -> None:
    """Only once AWS would list it, were it there: made twice would be worse."""

    def gone(verb: str, key: str, when: str) -> None:
        if (verb, key, when) != ("create", "nat", "before"):
            return
        cloud.things.pop("net-1", None)
        if "net" not in cloud.census():
            raise Refusal("missing")

    cloud.on_call = gone
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["base", "function", "nat", "net", "target"]
    assert LISTED < cloud.clock.now() - began < LISTED + 30


def test_what_another_run_makes_again_below_a_teardown_goes_again(cloud: Cloud, tmp_path: Path) -> None:
    """It was gone and holds what is to go next: waiting for that alone would take as long as the patience is."""

    def back(verb: str, key: str, when: str) -> None:
        if (verb, key, when) != ("delete", "net", "before"):
            return
        if cloud.made == made:
            cloud.create("base")
        if "base" in cloud.census():
            raise Refusal("in use")

    apply(run_on(cloud, tmp_path), stack(cloud))
    made = cloud.made
    cloud.on_call = back
    began = cloud.clock.now()
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == []
    assert cloud.clock.now() - began < DOUBT + 10
    assert run_on(cloud, tmp_path).ledger.rows() == {}
