"""Where the time of a run went: on a fake cloud with a fake clock, so that every second is known."""

from __future__ import annotations

import json
import os
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from provision.cli.recording import Recording
from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.events import Event, RunBegan, RunEnded, StepWaiting
from provision.engine.run import Run as EngineRun
from provision.errors import Failed
from provision.timeline.chain import longest
from provision.timeline.record import MOST_SPANS, Recorder, Run
from provision.timeline.store import MOST_RUNS, add, earlier, load
from provision.ui.timeline import text
from provision.ui.timeline_svg import svg
from tests.engine.cloud import Cloud, FakeClock, Part, Refusal, run_on, stack

SLOW = {"net": 10.0, "nat": 110.0, "base": 360.0, "target": 90.0, "function": 30.0}


def recorded(cloud: Cloud, folder: Path, way: str = "up") -> Run:
    recorder = Recorder(cloud.clock.stamp)
    run = run_on(cloud, folder)
    run.listener = recorder
    run.emit(RunBegan(command=way, name="s", target="fake", account="1", region="here"))
    (apply if way == "up" else destroy)(run, stack(cloud))
    run.emit(RunEnded(elapsed=run.at, changed=len(run.changed)))
    assert recorder.run is not None
    return recorder.run


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(FakeClock(), slow=dict(SLOW))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    return recorded(Cloud(FakeClock(), slow=dict(SLOW)), tmp_path_factory.mktemp("run"))


def test_the_longest_chain_is_the_one_that_the_run_waited_for(run: Run) -> None:
    links = longest(run)
    assert [link.key for link in links if link.key] == ["net", "base", "target", "function"]
    assert links[0].start == 0
    assert all(one.end == other.start for one, other in pairwise(links)), "without gaps"
    assert abs(sum(link.end - link.start for link in links) - run.elapsed) < 0.01


def test_what_is_ours_on_it_is_what_came_late(run: Run) -> None:
    links = longest(run)
    waits = sum(SLOW[key] for key in ("net", "base", "target", "function"))
    ours = sum(link.ours for link in links)
    assert run.elapsed - waits <= ours + 0.01, "all that is over the waits is ours"
    assert ours <= run.elapsed * 0.05


def test_the_way_down_is_another_chain(cloud: Cloud, tmp_path: Path) -> None:
    recorded(cloud, tmp_path)
    cloud.fading = {"function": 1000, "nat": 60, "base": 240}
    links = longest(recorded(cloud, tmp_path, "down"))
    assert [link.key for link in links if link.end - link.start > 1] == ["function", "base"]


def test_a_run_that_failed_is_recorded_as_far_as_it_came(cloud: Cloud, tmp_path: Path) -> None:
    def refuse(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "target", "before"):
            raise Refusal("denied")

    cloud.on_call = refuse
    recorder, run = Recorder(cloud.clock.stamp), run_on(cloud, tmp_path)
    run.listener = recorder
    run.emit(RunBegan(command="up", name="s", target="fake", account="1", region="here"))
    with pytest.raises(Failed):
        apply(run, stack(cloud))
    cut_short = recorder.run
    assert cut_short is not None
    assert cut_short.outcome == "unfinished"
    assert {step.key: step.ended for step in cut_short.steps}["target"] is False
    assert "not finished" in text(cut_short, width=80)


def test_the_next_run_expects_what_this_one_took(cloud: Cloud, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    add(path, recorded(cloud, tmp_path))
    again = Cloud(FakeClock(), slow=dict(SLOW))
    events: list[Event] = []
    run: EngineRun = run_on(again, tmp_path / "other", events)
    run.earlier = earlier(load(path))
    apply(run, [Part(key="base", cloud=again)])
    usual = {event.usual for event in events if isinstance(event, StepWaiting)}
    assert len(usual) == 1
    assert 360 <= usual.pop() <= 360 * 1.05


def test_the_file_stays_small_and_private(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "local" / "s.timeline.json"
    for _ in range(3 * MOST_RUNS):
        add(path, run)
    assert len(load(path)) == MOST_RUNS
    assert load(path)[-1] == run
    assert path.stat().st_size < 100_000
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_spans_are_bounded_however_often_aws_refuses(cloud: Cloud, tmp_path: Path) -> None:
    calls = iter(range(200))

    def refuse(verb: str, key: str, when: str) -> None:
        if (verb, key, when) == ("create", "nat", "before") and next(calls) < 100:
            raise Refusal("later")

    cloud.on_call = refuse
    assert max(len(step.spans) for step in recorded(cloud, tmp_path).steps) <= MOST_SPANS


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"version": 2}', '{"version": 2, "runs": [{}]}', '{"version": 3}', "[" * 100_000]
)
def test_a_damaged_file_counts_as_none(tmp_path: Path, run: Run, content: str) -> None:
    path = tmp_path / "t.json"
    path.write_text(content)
    assert load(path) == []
    add(path, run)
    assert len(load(path)) == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [("began", "x"), ("elapsed", -1), ("parts", 3), ("parts", ["x"]), ("outcome", 5), ("began", 10**400)],
)
def test_a_run_that_nobody_wrote_so_counts_as_none(tmp_path: Path, run: Run, field: str, value: object) -> None:
    path = tmp_path / "t.json"
    add(path, run)
    document = json.loads(path.read_bytes())
    document["runs"][0][field] = value
    path.write_text(json.dumps(document))
    assert load(path) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [("key", ["k"]), ("verb", ["v"]), ("label", 4), ("label", "\ud800"), ("needs", 4), ("spans", [[0, 1e300]]),
     ("spans", [[-9e9, 1]])],
)  # fmt: skip
def test_nor_does_one_with_such_a_step(tmp_path: Path, run: Run, field: str, value: object) -> None:
    path = tmp_path / "t.json"
    add(path, run)
    document = json.loads(path.read_bytes())
    document["runs"][0]["steps"][0][field] = value
    path.write_text(json.dumps(document))
    assert load(path) == []


def test_steps_that_need_each_other_hold_nobody_up(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "t.json"
    add(path, run)
    document = json.loads(path.read_bytes())
    steps = document["runs"][0]["steps"]
    for step in steps:
        step["needs"] = [one["key"] for one in steps]
    path.write_text(json.dumps(document))
    assert len([link for link in longest(load(path)[0]) if link.key]) <= len(steps)


def test_a_stack_that_is_gone_leaves_no_run_nor_what_a_killed_write_left(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "t.json"
    add(path, run)
    (tmp_path / ".t.json.new").write_text('{"versi')
    Recording(path, lambda _: None, lambda: 5.0).close(forget=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_the_place_of_the_file_fails_no_run(tmp_path: Path) -> None:
    Recording(tmp_path, lambda _: None, lambda: 5.0).close(forget=True)
    assert tmp_path.is_dir()


def test_a_pipe_in_the_place_of_the_file_holds_nobody_up(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "t.json"
    os.mkfifo(path)
    assert load(path) == []
    add(path, run)
    assert len(load(path)) == 1


@given(width=st.integers(min_value=24, max_value=400))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60, deadline=None
)
def test_it_fits_any_width(run: Run, width: int) -> None:
    lines = text(run, width=width).splitlines()
    assert max(map(len, lines)) <= width
    marked = [line.split("  ")[0].strip() for line in lines if line.startswith("*")]
    assert len(marked) == 4, "the chain stands out"


def test_what_was_in_order_already_is_counted(cloud: Cloud, tmp_path: Path) -> None:
    recorded(cloud, tmp_path)
    again = recorded(cloud, tmp_path)
    assert f"\n  and {len(again.steps)} more, in order already or done at once\n" in text(again, width=80)
    assert max(map(len, text(again, width=40).splitlines())) <= 40


def test_a_plain_stream_gets_plain_signs(run: Run) -> None:
    assert text(run, width=80, signs=False).isascii()


def test_the_picture_is_whole_and_has_both_papers(run: Run) -> None:
    picture = svg(run)
    root = ET.fromstring(picture)  # noqa: S314 - our own
    words = [one.text for one in root.iter() if one.tag.endswith("text")]
    labels = {step.label for step in run.steps}
    assert labels <= set(words)
    assert "prefers-color-scheme: dark" in picture
    assert sum(one.get("class") == "aws" for one in root.iter()) >= 4
    wide = float(root.get("width", "0"))
    for box in root.iter():
        if box.tag.endswith("rect"):
            assert float(box.get("x", "0")) + float(box.get("width", "0")) <= wide + 0.1


def test_no_event_of_the_record_is_a_secret(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    add(path, run)
    fields = {name for one in json.loads(path.read_text())["runs"] for step in one["steps"] for name in step}
    assert fields == {"key", "label", "part", "needs", "verb", "ended", "spans"}
