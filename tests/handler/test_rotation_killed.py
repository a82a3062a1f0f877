"""Rotation that ends anywhere: one undisturbed run of the same version later all is as it should be."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.handler.rotated import STEPS, Rotated
from tests.handler.world import PASSWORD, World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")
MOST_CALLS = 6
"""More than any step makes of Secrets Manager."""


def check_one_run(rotated: Rotated, token: str) -> None:
    rotated.rotate(token)
    assert rotated.current == rotated.value(token)
    assert rotated.labels()[token] <= {"AWSCURRENT", "AWSPENDING"}
    assert rotated.opens(rotated.current["password"])
    assert not rotated.opens(PASSWORD)


@pytest.mark.parametrize("last", STEPS)
def test_killed_at_each_call_of_a_step(world: World, last: str) -> None:
    rotated = Rotated(world)
    killed = []
    for number in range(1, MOST_CALLS + 1):
        for sent in (False, True):
            token = rotated.pend()
            for name in STEPS[: STEPS.index(last)]:
                rotated.done(name, token)
            if "killed" in rotated.step(last, token, kill=(number, sent)):
                killed.append((number, sent))
            check_one_run(rotated, token)
    assert killed == [(number, sent) for number in range(1, len(killed) // 2 + 1) for sent in (False, True)]
    assert 4 <= len(killed) < 2 * MOST_CALLS


def test_killed_again_and_again(world: World) -> None:
    rotated = Rotated(world)
    kills = st.none() | st.tuples(st.integers(1, MOST_CALLS), st.booleans())

    @settings(max_examples=30, deadline=None)
    @given(runs=st.lists(st.tuples(st.sampled_from(STEPS), kills), max_size=5))
    def check(runs: list[tuple[str, tuple[int, bool] | None]]) -> None:
        """Of each run the last step, and where that was killed, if it was. Every example finds a whole secret."""
        token = rotated.pend()
        for last, kill in runs:
            for name in STEPS[: STEPS.index(last)]:
                rotated.done(name, token)
            rotated.step(last, token, kill=kill)
        check_one_run(rotated, token)

    check()


@pytest.mark.parametrize("comes_true", [True, False])
def test_killed_while_the_database_is_changing_the_password(world: World, *, comes_true: bool) -> None:
    """The server goes on without the function, or does not."""
    rotated = Rotated(world)
    token = rotated.pend()
    rotated.done("createSecret", token)
    address = world.database.address
    with closing(world.connect(address)) as holder, closing(world.connect(address)) as observer:
        holder.cursor().execute("ALTER ROLE postgres PASSWORD 'never'")  # no COMMIT: whoever changes the role waits
        rotated.begin("setSecret", token)
        [waiting] = until(observer, lambda changers: len(changers) == 1)
        rotated.process.child.kill()
        rotated.process.child.wait()
        if not comes_true:
            world.kill(waiting)
        holder.rollback()
        until(observer, lambda changers: not changers)
    rotated.process = rotated.start()
    assert rotated.opens(PASSWORD) is not comes_true
    check_one_run(rotated, token)


def until(observer: Any, enough: Callable[[list[int]], bool]) -> list[int]:
    """The backends that change a password, once they are as wanted."""
    observer.autocommit = True
    while True:
        with observer.cursor() as cursor:
            cursor.execute("SELECT pid, query FROM pg_stat_activity WHERE state = 'active'")
            changers = [pid for pid, query in cursor.fetchall() if query.startswith("ALTER ROLE")]
        if enough(changers):
            return changers
        time.sleep(0.02)
