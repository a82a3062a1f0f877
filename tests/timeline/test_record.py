"""What a recorder makes of the engine's events: when AWS was at a step, and when nobody was."""

from __future__ import annotations

from pathlib import Path

from provision.engine.events import LoopBegan, RunBegan, RunEnded, StepLooked
from provision.timeline.record import MOST_SPANS, Recorder, Run
from provision.timeline.store import MOST_STEPS, add, load

Look = tuple[str, float, float, str]


def recorded(*looks: Look, steps: tuple[str, ...] = ("a",)) -> Run:
    """The looks as key, from, to, outcome."""
    recorder = Recorder(lambda: 1000.0)
    recorder(RunBegan(command="up", name="s", target="fake", account="1", region="here"))
    recorder(LoopBegan(at=1.0, needs={key: frozenset() for key in steps}))
    for key, began, at, outcome in looks:
        recorder(StepLooked(key=key, label=key, began=began, at=at, outcome=outcome))
    recorder(RunEnded(elapsed=99.0, changed=0))
    assert recorder.run is not None
    return recorder.run


def test_a_wait_that_the_next_look_finds_going_on_was_awss() -> None:
    run = recorded(("a", 1, 2, "moved"), ("a", 5, 6, "waiting"), ("a", 10, 11, "waiting"), ("a", 20, 21, "done"))
    (step,) = run.steps
    assert step.spans == [(1, 2), (5, 11), (20, 21)], "when it ended before the last look, nobody knows"
    assert step.ended


def test_a_look_at_what_has_ended_or_is_no_step_of_this_part_is_outside() -> None:
    run = recorded(("a", 1, 2, "done"), ("a", 3, 4, "done"), ("elsewhere", 6, 7, "done"))
    assert [step.spans for step in run.steps] == [[(1, 2)]]
    assert run.outside == [(3, 4), (6, 7)]


def test_looks_at_the_same_time_are_counted_once() -> None:
    run = recorded(("x", 1, 4, "done"), ("y", 2, 3, "done"), ("z", 3, 6, "done"))
    assert run.outside == [(1, 6)]


def test_there_are_never_more_spans_than_are_drawn() -> None:
    run = recorded(*(("a", at, at + 0.5, "moved") for at in range(1, 3 * MOST_SPANS)))
    (step,) = run.steps
    assert len(step.spans) == MOST_SPANS
    assert step.spans[-1][1] == 3 * MOST_SPANS - 0.5, "the last one goes on to the end"


def test_a_run_of_very_many_steps_is_cut_for_the_file(tmp_path: Path) -> None:
    keys = tuple(f"step-{number}" for number in range(MOST_STEPS + 5))
    path = tmp_path / "t.json"
    add(path, recorded(*((key, 1, 2, "done") for key in keys), steps=keys))
    assert [len(run.steps) for run in load(path)] == [MOST_STEPS]
