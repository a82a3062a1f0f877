"""Who makes the calls: one after another, or several at once while the loop goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent import futures
from typing import Any, Protocol, TypeVar

A = TypeVar("A")
B = TypeVar("B")


class Executor(Protocol):
    """What the loop and a first look work with."""

    def submit(self, work: Callable[[A], B], item: A) -> None:
        """Have `work(item)` carried out; what it raises, this or `completed` raises."""

    def completed(self) -> list[tuple[Any, Any]]:
        """(item, result) of all that was carried out since the last time."""

    def wait(self, seconds: float, idle: Callable[[float], None]) -> None:
        """Until something more is carried out, or so long; `idle` where nothing is under way."""

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> list[B]:
        """The results, in order."""


class Serial:
    """What is submitted is carried out there and then."""

    def __init__(self) -> None:
        self._done: list[tuple[Any, Any]] = []

    def submit(self, work: Callable[[A], B], item: A) -> None:
        self._done.append((item, work(item)))

    def completed(self) -> list[tuple[Any, Any]]:
        done, self._done = self._done, []
        return done

    def wait(self, seconds: float, idle: Callable[[float], None]) -> None:
        if not self._done:
            idle(seconds)

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> list[B]:
        return [work(item) for item in items]


class Concurrent:
    """Calls overlap in `pool`, and a slow one holds up nothing but its own step."""

    def __init__(self, pool: futures.Executor) -> None:
        self._pool = pool
        self._under_way: dict[futures.Future[Any], Any] = {}

    def submit(self, work: Callable[[A], B], item: A) -> None:
        self._under_way[self._pool.submit(work, item)] = item

    def completed(self) -> list[tuple[Any, Any]]:
        done = [future for future in self._under_way if future.done()]
        return [(self._under_way.pop(future), future.result()) for future in done]

    def wait(self, seconds: float, idle: Callable[[float], None]) -> None:
        if self._under_way:
            futures.wait(self._under_way, timeout=seconds, return_when=futures.FIRST_COMPLETED)
        else:
            idle(seconds)

    def map(self, work: Callable[[A], B], items: Iterable[A]) -> list[B]:
        listed = list(items)
        return list(self._pool.map(work, listed)) if len(listed) > 1 else [work(item) for item in listed]
