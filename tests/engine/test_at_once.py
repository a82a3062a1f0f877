"""Calls that are under way at the same time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from provision.engine.apply import apply
from provision.engine.events import Event, StepFailed, StepWaiting
from provision.engine.executor import Concurrent
from provision.errors import Failed
from tests.engine.cloud import Cloud, FakeClock, Part, Refusal, run_on

SECONDS = 60.0
"""Of patience with another thread; a test that passes uses none of them."""


class Watched(Concurrent):
    """The fake clock goes on while calls are under way."""

    def __init__(self, pool: ThreadPoolExecutor, clock: FakeClock) -> None:
        super().__init__(pool)
        self.clock = clock
        self.waits: list[float] = []

    def wait(self, seconds: float, idle: Callable[[float], None]) -> None:
        self.waits.append(seconds)
        super().wait(min(seconds, 0.01), idle)
        self.clock.time += seconds


def test_a_slow_call_holds_up_its_own_step_alone(cloud: Cloud, tmp_path: Path) -> None:
    """It answers only once the others have come to their end."""
    others = threading.Event()

    def call(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - all are creates
        if (key, when) == ("function", "after"):
            others.set()
        if (key, when) == ("nat", "after"):
            assert others.wait(SECONDS)

    cloud.on_call = call
    base = Part(key="base", cloud=cloud)
    with ThreadPoolExecutor(2) as pool:
        run = run_on(cloud, tmp_path)
        run.executor = Concurrent(pool)
        apply(run, [Part(key="nat", cloud=cloud), base, Part(key="function", cloud=cloud, after=(base,))])
    assert cloud.census() == ["base", "function", "nat"]


def test_a_call_under_way_where_another_fails_is_waited_for_and_recorded(cloud: Cloud, tmp_path: Path) -> None:
    """One is slow to answer, one AWS is at work on, one is refused. Until the first has answered the loop rests; what
    comes after that one is not begun."""
    at_work, failed = threading.Event(), threading.Event()
    cloud.slow = {"base": 1000}

    def call(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - all are creates
        if (key, when) == ("target", "before"):
            assert at_work.wait(SECONDS)
            raise Refusal("denied")
        if (key, when) == ("nat", "after"):
            assert failed.wait(SECONDS)
            time.sleep(0.1)

    def hear(event: Event) -> None:
        if isinstance(event, StepWaiting):
            at_work.set()
        if isinstance(event, StepFailed):
            failed.set()

    cloud.on_call = call
    with ThreadPoolExecutor(3) as pool:
        run = run_on(cloud, tmp_path)
        run.listener, run.executor = hear, Watched(pool, cloud.clock)
        steps = [Part(key=key, cloud=cloud) for key in ("nat", "base", "target")]
        with pytest.raises(Failed, match="AWS refused"):
            apply(run, [*steps, Part(key="function", cloud=cloud, after=(steps[0],))])
        row = run_on(cloud, tmp_path).ledger.row("nat")
    assert row is not None
    assert row.id in cloud.things
    assert cloud.census() == ["base", "nat"]
    assert min(run.executor.waits) > 0
