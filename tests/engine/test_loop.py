"""The engine on a fake cloud and a fake clock: order, lateness of waits, what is recorded, what a second run does."""

from __future__ import annotations

from pathlib import Path

from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.events import Event, Silent, StepBegan, StepDone, StepWaiting
from tests.engine.cloud import Cloud, Part, run_on, stack


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


def test_events_tell_the_story(cloud: Cloud, tmp_path: Path) -> None:
    cloud.slow = {"base": 30}
    events: list[Event] = []
    apply(run_on(cloud, tmp_path, events), [Part(key="base", cloud=cloud)])
    kinds = [type(event) for event in events if not isinstance(event, Silent)]
    assert kinds[0] is StepBegan
    assert kinds[-1] is StepDone
    assert set(kinds[1:-1]) == {StepWaiting}
