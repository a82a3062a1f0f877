"""Following a log group: nothing is lost and nothing told twice, whatever comes late, at once, or from the future."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from provision.aws.logs import LATE, Tail
from tests.logs.cloud import Aws, LogsClient, Written

BEGAN, ENDED = 1_000_000, 1_400_000
"""Between these the events are written; looks go on until all are visible."""


@st.composite
def histories(draw: st.DrawFn) -> list[Written]:
    """Events in any order, several at the same millisecond, each visible within the time we allow for."""
    count = draw(st.integers(0, 25))
    stamps = [draw(st.integers(BEGAN, BEGAN + 40) | st.integers(BEGAN, ENDED)) for _ in range(count)]
    return [
        Written(id=str(number), at=at, visible=at + draw(st.integers(0, LATE - 1)), stream=draw(st.sampled_from("ab")))
        for number, at in enumerate(stamps)
    ]


def told(tail: Tail, client: LogsClient, now: int, *, clock: int = 0) -> list[Any]:
    """All of one look; `clock` is by how much ours is wrong."""
    client.now = now
    return [event for page in tail.read(now + clock) for event in page]


@settings(deadline=None, max_examples=60)
@given(
    histories(),
    st.integers(1, 5),
    st.integers(5_000, 50_000),
    st.sampled_from([0, -3_600_000, 3_600_000]),
)
def test_each_event_is_told_once(events: list[Written], page: int, step: int, clock: int) -> None:
    client = LogsClient(events=events, page=page)
    tail = Tail(Aws(client), "group", start=BEGAN)  # type: ignore[arg-type]  # all that it asks for
    looks = [told(tail, client, now, clock=clock) for now in range(BEGAN, ENDED + LATE + step, step)]
    assert sorted(event.message for look in looks for event in look) == sorted(event.id for event in events)
    for look in looks:
        assert all(one.at <= two.at for one, two in pairwise(look))


def test_an_event_from_the_future_hides_none() -> None:
    ahead = Written(id="ahead", at=BEGAN + 7_200_000, visible=BEGAN)
    later = Written(id="later", at=BEGAN + 90_000, visible=BEGAN + 91_000)
    client = LogsClient(events=[ahead, later], page=10)
    tail = Tail(Aws(client), "group", start=BEGAN)  # type: ignore[arg-type]  # all that it asks for
    assert [event.message for event in told(tail, client, BEGAN)] == ["ahead"]
    assert [event.message for event in told(tail, client, BEGAN + 100_000)] == ["later"]


def test_old_events_are_not_asked_for_again_and_again() -> None:
    events = [Written(id=str(n), at=BEGAN + n * 1_000, visible=BEGAN + n * 1_000) for n in range(300)]
    client = LogsClient(events=events, page=100)
    tail = Tail(Aws(client), "group", start=BEGAN)  # type: ignore[arg-type]  # all that it asks for
    for now in range(BEGAN, BEGAN + 300_000, 10_000):
        told(tail, client, now)
    assert client.starts[-1] >= BEGAN + 290_000 - 10_000 - LATE
