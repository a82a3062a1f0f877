"""Whose a thing is: what does not carry the tags is left alone, and what lost them on its way out is waited for."""

from __future__ import annotations

from pathlib import Path

import pytest

from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.events import Event, Warned
from provision.errors import Ambiguous, NotOurs
from provision.ledger.schema import Status
from tests.engine.cloud import Cloud, Killed, Part, Thing, run_on, stack


def test_what_is_not_ours_beside_ours_stays_and_is_told_of_once(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    cloud.things["net-9"] = Thing("net-9", "net", 0.0, owned=False)
    cloud.fading = {"net": 20}
    events: list[Event] = []
    destroy(run_on(cloud, tmp_path, events), [Part(key="net", cloud=cloud)])
    assert cloud.census() == ["net"]
    assert ["net-9" in event.what for event in events if isinstance(event, Warned)] == [True]


def test_not_ours_is_refused_and_untouched(cloud: Cloud, tmp_path: Path) -> None:
    cloud.things["nat-9"] = Thing("nat-9", "nat", 0.0, owned=False)
    with pytest.raises(NotOurs, match="nat-9"):
        apply(run_on(cloud, tmp_path), stack(cloud))
    destroy(run_on(cloud, tmp_path), stack(cloud))
    assert cloud.census() == ["nat"]


@pytest.mark.parametrize(("status", "recorded"), [("ready", "net-9"), ("updating", "net-9"), ("creating", "net-1")])
def test_only_what_we_have_just_made_may_still_get_its_tags(
    cloud: Cloud, tmp_path: Path, status: Status, recorded: str
) -> None:
    """What had them, or has another id, is told of at once."""
    run_on(cloud, tmp_path).ledger.intend("net", kind="part", status=status, id=recorded)
    cloud.things["net-9"] = Thing("net-9", "net", 0.0, owned=False)
    began = cloud.clock.now()
    with pytest.raises(NotOurs):
        apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert cloud.clock.now() == began


def test_a_recorded_thing_that_lost_its_tags_stays_and_the_rest_goes(cloud: Cloud, tmp_path: Path) -> None:
    apply(run_on(cloud, tmp_path), stack(cloud))
    next(t for t in cloud.things.values() if t.key == "nat").owned = False
    cloud.fading = {"base": 60}
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
    cloud.on_call = lambda verb, key, when: None  # noqa: ARG005 - its form
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
