"""The engine on a fake cloud and a fake clock: order, lateness of waits, patience, resume, adoption, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.events import Event, Silent, StepBegan, StepDelayed, StepDone, StepWaiting, Warned
from provision.engine.loop import Outcome, until
from provision.engine.resource import NotYet, Resource, Steps
from provision.engine.seen import LISTED
from provision.errors import Ambiguous, Failed, NotOurs, PatienceRanOut
from tests.engine.cloud import Cloud, FakeClock, Killed, Part, Refusal, Thing, run_on


def stack(cloud: Cloud) -> list[Part]:
    steps = Steps()
    net = steps.add(Part(key="net", cloud=cloud))
    nat = steps.add(Part(key="nat", cloud=cloud, after=(net,)))
    base = steps.add(Part(key="base", cloud=cloud, after=(net,)))
    target = steps.add(Part(key="target", cloud=cloud, after=(base,)))
    steps.add(Part(key="function", cloud=cloud, after=(target, nat)))
    return list(steps)  # type: ignore[arg-type]


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(FakeClock())


def test_all_waits_overlap_and_the_run_is_as_long_as_the_longest_chain(cloud: Cloud, tmp_path: Path) -> None:
    cloud.slow = {"net": 10, "nat": 110, "base": 360, "target": 90, "function": 30}
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["base", "function", "nat", "net", "target"]
    assert 490 <= cloud.clock.now() - began <= 490 * 1.05


def test_looks_grow_rarer_but_never_later_than_five_percent(cloud: Cloud, tmp_path: Path) -> None:
    cloud.slow = {"base": 360}
    apply(run_on(cloud, tmp_path), [Part(key="base", cloud=cloud)])
    waited = 0.0
    for nap in cloud.clock.naps:
        assert nap <= min(max(0.2001, 0.05 * waited), 10)
        waited += nap
    assert len(cloud.clock.naps) < 180


def test_a_second_run_changes_nothing_and_writes_nothing(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    before, calls = (tmp_path / "s.json").stat(), len(cloud.calls)
    run = run_on(cloud, tmp_path)
    apply(run, stack(cloud))
    assert len(cloud.calls) == calls
    assert run.changed == []
    assert (tmp_path / "s.json").stat().st_mtime_ns == before.st_mtime_ns


def test_teardown_is_the_same_list_backwards_with_waits_overlapping(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    cloud.fading = {"function": 1000, "nat": 60, "base": 240}
    began, calls = cloud.clock.now(), len(cloud.calls)
    destroy(run_on(cloud, tmp_path), stack(cloud))
    order = [key for _, verb, key in cloud.calls[calls:] if verb == "delete"]
    assert (order[0], order[-1], sorted(order)) == ("function", "net", ["base", "function", "nat", "net", "target"])
    assert order.index("target") < order.index("base")
    assert cloud.clock.now() - began <= 1240 * 1.05
    assert run_on(cloud, tmp_path).ledger.rows() == {}


def test_what_drifted_is_mended(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    thing = next(t for t in cloud.things.values() if t.key == "base")
    thing.wanted = "bent"
    run = run_on(cloud, tmp_path)
    apply(run, stack(cloud))
    assert thing.wanted == "right"
    assert run.changed == [("base", "update")]


def test_a_change_that_is_taken_and_never_shows_is_given_up(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    thing = next(t for t in cloud.things.values() if t.key == "base")
    thing.wanted = "bent"
    cloud.on_call = lambda verb, key, when: setattr(thing, "wanted", "bent")  # noqa: ARG005
    began = cloud.clock.now()
    with pytest.raises(Failed, match="although AWS took the change 9 times") as failed:
        apply(run_on(cloud, tmp_path), stack(cloud))
    assert "shape: bent -> right" in failed.value.why
    assert 60 < cloud.clock.now() - began < 120


def test_what_is_about_to_be_sent_is_recorded_before(cloud: Cloud, tmp_path: Path) -> None:
    recorded = []

    def look(verb: str, key: str, when: str) -> None:
        row = run_on(cloud, tmp_path).ledger.row(key)
        if when == "before":
            recorded.append((verb, key, row and row.status))

    cloud.on_call = look
    steps = [Part(key="net", cloud=cloud)]
    apply(run_on(cloud, tmp_path), steps)
    next(iter(cloud.things.values())).wanted = "bent"
    apply(run_on(cloud, tmp_path), steps)
    destroy(run_on(cloud, tmp_path), steps)
    assert recorded == [("create", "net", "creating"), ("update", "net", "updating"), ("delete", "net", "deleting")]


def test_what_cannot_heal_can_be_removed(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    for thing in cloud.things.values():
        thing.broken = "incompatible-network"
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == []


def test_what_is_not_ours_beside_ours_stays_and_is_told_of_once(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    cloud.things["net-9"] = Thing("net-9", "net", 0.0, owned=False)
    cloud.fading = {"net": 20}
    events: list[Event] = []
    destroy(run_on(cloud, tmp_path, events), [Part(key="net", cloud=cloud)])
    assert cloud.census() == ["net"]
    assert ["net-9" in event.what for event in events if isinstance(event, Warned)] == [True]


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
    cloud.slow = {"base": 360}

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
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["base", "function", "nat", "net", "target"]


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


def test_not_ours_is_refused_and_untouched(cloud: Cloud, tmp_path: Path) -> None:
    cloud.things["nat-9"] = Thing("nat-9", "nat", 0.0, owned=False)
    with pytest.raises(NotOurs, match="nat-9"):
        apply(run_on(cloud, tmp_path), stack(cloud))
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["nat"]


def test_a_recorded_thing_that_lost_its_tags_stays_and_the_rest_goes(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    next(t for t in cloud.things.values() if t.key == "nat").owned = False
    with pytest.raises(NotOurs):
        destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["nat", "net"]


def test_what_is_needed_by_something_that_stays_stays_too(cloud: Cloud, tmp_path: Path) -> None:
    """However far below: what everything else leads to is the first to go, and does not."""
    apply(run_on(cloud, tmp_path), stack(cloud))
    next(t for t in cloud.things.values() if t.key == "function").owned = False
    with pytest.raises(NotOurs):
        destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["base", "function", "nat", "net", "target"]


def test_what_was_deleted_and_lost_its_tags_before_it_vanished_is_waited_for(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    cloud.bare, cloud.fading = True, {"base": 15, "net": 15}
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == []


def test_after_a_teardown_that_was_killed_it_is_waited_for_too(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    cloud.bare, cloud.fading = True, {"base": 15}

    def kill(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("delete", "base", "after"):
            raise Killed

    cloud.on_call = kill
    with pytest.raises(Killed):
        destroy(run_on(cloud, tmp_path), stack(cloud))
    cloud.on_call = lambda verb, key, when: None  # noqa: ARG005
    apply(run_on(cloud, tmp_path), stack(cloud))
    assert sorted(t.key for t in cloud.things.values() if not t.ended) == ["base", "function", "nat", "net", "target"]


def test_what_somebody_else_made_in_its_place_stays(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    run = run_on(cloud, tmp_path)
    there = next(t for t in cloud.things.values() if t.key == "function")
    run.ledger.intend("function", kind="part", status="deleting", id=there.id)
    there.owned = False
    cloud.clock.sleep(95)
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["function"]


def test_two_of_one_are_ambiguous_and_teardown_removes_both(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    cloud.things["nat-9"] = Thing("nat-9", "nat", 0.0)
    with pytest.raises(Ambiguous, match="nat-9"):
        apply(run_on(cloud, tmp_path), stack(cloud))
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == []


def test_events_tell_the_story(cloud: Cloud, tmp_path: Path) -> None:
    cloud.slow = {"base": 30}
    events: list[Event] = []
    apply(run_on(cloud, tmp_path, events), [Part(key="base", cloud=cloud)])
    kinds = [type(event) for event in events if not isinstance(event, Silent)]
    assert kinds[0] is StepBegan
    assert kinds[-1] is StepDone
    assert set(kinds[1:-1]) == {StepWaiting}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["up", "down"]),
            st.integers(min_value=0, max_value=9),
            st.sampled_from(["before", "after"]),
            st.booleans(),
        ),
        max_size=4,
    ),
    st.sampled_from([0.0, 5.0]),
    st.sampled_from(["up", "down"]),
)
def test_killed_anywhere_the_last_undisturbed_command_decides(
    tmp_path_factory: pytest.TempPathFactory,
    kills: list[tuple[str, int, str, bool]],
    hidden: float,
    last: str,
) -> None:
    """Any sequence of runs killed at any call, then one whole run, ends as if only that one had been run."""
    cloud = Cloud(FakeClock(), hidden=hidden, fading={"base": 20})
    folder = tmp_path_factory.mktemp("kills")

    def go(way: str) -> None:
        (apply if way == "up" else destroy)(run_on(cloud, folder), stack(cloud))

    for way, nth, at, fades in kills:
        counter = iter(range(100))

        def kill(verb: str, key: str, when: str, *, nth: int = nth, at: str = at, counter: object = counter) -> None:
            del verb, key
            if when == at and next(counter) == nth:  # type: ignore[call-overload]
                raise Killed

        cloud.on_call = kill
        cloud.slow = {"base": 30} if fades else {}
        try:
            go(way)
        except Killed:
            cloud.clock.sleep(0.5)
    cloud.on_call = lambda *_: None
    go(last)
    assert cloud.census() == (["base", "function", "nat", "net", "target"] if last == "up" else [])
