"""Time as the engine sees it, so that tests can bring their own."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """All in seconds: `now` is monotonic, for waiting; `stamp` counts from 1970, for the state file."""

    def now(self) -> float: ...

    def stamp(self) -> float: ...

    def sleep(self, seconds: float) -> None: ...


class RealClock:
    """The machine's own."""

    def now(self) -> float:
        return time.monotonic()

    def stamp(self) -> float:
        return time.time()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def every(clock: Clock, seconds: float) -> Iterator[None]:
    """At once, and then again and again with a pause of `seconds` in between."""
    while True:
        yield
        clock.sleep(seconds)


def iso(stamp: float) -> str:
    """Seconds since 1970 as `2026-11-24T10:30:00Z`."""
    return datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
