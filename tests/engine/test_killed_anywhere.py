"""Runs that are killed at any call: the last undisturbed command decides what is there."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from provision.engine.apply import apply
from provision.engine.destroy import destroy
from tests.engine.cloud import Cloud, FakeClock, Killed, run_on, stack


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
            if when == at and next(counter) == nth:  # type: ignore[call-overload]  # its own counter
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
