"""The longest chain of a run written by hand: every second of it is somebody's, and counted once."""

from __future__ import annotations

from provision.timeline.chain import BETWEEN, FIRST, LAST, longest
from provision.timeline.record import Run, Span, Step
from provision.timeline.store import earlier


def step(key: str, *spans: Span, needs: str = "", part: int = 0, verb: str = "create", ended: bool = True) -> Step:
    return Step(key=key, label=key, part=part, needs=needs.split(), verb=verb, ended=ended, spans=list(spans))


def run(*steps: Step, parts: tuple[float, ...] = (2.0,), elapsed: float = 100.0, outside: tuple[Span, ...] = ()) -> Run:
    return Run(
        command="up",
        name="s",
        target="local",
        region="here",
        began=0.0,
        elapsed=elapsed,
        parts=list(parts),
        outside=list(outside),
        steps=list(steps),
    )


def told(one: Run) -> list[tuple[str, float, float, float]]:
    return [(link.key or link.label, link.start, link.end, link.aws) for link in longest(one)]


def test_a_step_comes_after_the_need_that_ended_last() -> None:
    steps = (step("a", (2, 10)), step("b", (2, 30)), step("c", (31, 50), needs="a b"), step("d", (2, 20)))
    assert told(run(*steps, elapsed=60.0, outside=((0.5, 2), (50, 58)))) == [
        (FIRST, 0.0, 2.0, 1.5),
        ("b", 2.0, 30.0, 28),
        ("c", 30.0, 50.0, 19),
        (LAST, 50.0, 60.0, 8),
    ]


def test_what_aws_did_before_a_step_could_begin_is_not_on_the_chain() -> None:
    """The first look at it, and what it waited for besides."""
    steps = (step("a", (2, 10)), step("b", (3, 5), (8, 9), (12, 20), needs="a"))
    assert told(run(*steps, elapsed=20.0))[-1] == ("b", 10.0, 20.0, 8)


def test_spans_that_overlap_are_no_more_than_the_time_that_there_was() -> None:
    (_, only) = longest(run(step("a", (2, 8), (4, 10)), elapsed=10.0))
    assert (only.aws, only.ours) == (8.0, 0.0)


def test_a_need_that_ended_later_leaves_no_time_to_be_counted_twice() -> None:
    """So it is where a step was found as it should be before its need had settled."""
    steps = (step("a", (2, 30)), step("b", (3, 20), needs="a"), step("c", (31, 40), needs="b"))
    assert told(run(*steps, elapsed=40.0)) == [(FIRST, 0.0, 2.0, 0), ("a", 2.0, 30.0, 28), ("c", 30.0, 40.0, 9)]


def test_two_parts_have_the_look_in_between() -> None:
    steps = (step("a", (2, 10)), step("old", (15, 40), part=1))
    assert told(run(*steps, parts=(2.0, 12.0), elapsed=40.0, outside=((10, 11),))) == [
        (FIRST, 0.0, 2.0, 0),
        ("a", 2.0, 10.0, 8),
        (BETWEEN, 10.0, 12.0, 1),
        ("old", 12.0, 40.0, 25),
    ]


def test_a_run_without_any_step_was_its_first_look() -> None:
    assert told(run(parts=(), elapsed=3.0, outside=((0, 2),))) == [(FIRST, 0.0, 3.0, 2)]


def test_what_is_expected_is_the_median_of_what_was_brought_to_an_end() -> None:
    runs = [run(step("a", (2, 2 + seconds))) for seconds in (10.0, 20.0, 60.0)]
    cut_short = run(step("a", (2, 3), ended=False), step("b", (2, 9), verb=""))
    assert earlier([*runs, cut_short]) == {("a", "create"): 20.0}
