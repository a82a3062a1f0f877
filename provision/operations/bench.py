"""`bench`: what a connection costs this function, directly and through the proxy. Nothing of the stack is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from provision.aws.invoke import CannotRun, TurnedAway, call
from provision.bench.figures import WAYS, Burst, Calls, Figures, Times, Way
from provision.engine.failures import refused
from provision.engine.resource import NotYet
from provision.errors import BadUsage
from provision.operations.calling import not_run, once
from provision.operations.work import Work

ROUNDS, PAUSE_MS = 5, 250
"""A call of a burst asks this often, with so much work of its own in between: that is when a pooler can lend on."""
WARM_MS = 1000
LONGEST_REASON = 100


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What the handler is asked for."""

    way: Way
    kept: bool = False
    rounds: int = 1
    pause_ms: int = 0

    @property
    def payload(self) -> Mapping[str, Any]:
        direct = self.way == "direct"
        wish = {"direct": direct, "keep": self.kept, "rounds": self.rounds, "pause_ms": self.pause_ms}
        return {"bench": wish}


@dataclass
class Heard:
    """What came of the calls of one kind."""

    answers: list[dict[str, Any]] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    throttled: int = 0

    def times(self) -> Times:
        """In the database: connecting and asking, without the function's own work."""
        measured = [answer["bench"] for answer in self.answers]
        return Times(samples=[round(one["connect_ms"] + sum(one["query_ms"]), 3) for one in measured])

    def backends(self) -> int:
        return len({backend for answer in self.answers for backend in answer["bench"]["backends"]})


def bench(work: Work, *, calls: int, at_once: int) -> Figures:
    """`calls` one after the other of each kind, then `at_once` at the same time on each way.

    Raises `BadUsage` without a function, or with one whose code is older, and `Failed` where it cannot be measured.
    """
    ways = _ways(work)
    invoke = _invoking(work)
    work.note(f"Calling the function {calls} times of each kind.")
    heard = _one_after_another(invoke, ways, calls)
    figures = [Calls(way=wish.way, kept=wish.kept, times=one.times(), refused=one.refused) for wish, one in heard]
    bursts = list(_bursts(work, invoke, ways, at_once)) if at_once else []
    return Figures(calls=figures, bursts=bursts)


def _ways(work: Work) -> Sequence[Way]:
    """The function's endpoint is the proxy's where it is another place than the database's own."""
    places = {}
    for way in ("direct", "proxy"):
        answer = once(work, Wish(way=way).payload, failed="The function cannot be measured: it failed.")
        if not isinstance(answer.payload, dict) or "bench" not in answer.payload:
            raise BadUsage(
                what="The function's code is older than this provision: it cannot be measured.",
                hint="Run `up`, which uploads the present one.",
            )
        places[way] = answer.payload["host"], answer.payload["port"]
    return ("direct",) if places["direct"] == places["proxy"] else ("direct", "proxy")


Invoke = Callable[[Wish, Heard], None]


def _invoking(work: Work) -> Invoke:
    step = work.wanted(proxy=False)["function"]
    aws = work.invoking(work.settings.function.timeout_seconds)

    def invoke(wish: Wish, heard: Heard) -> None:
        try:
            with refused(work.run, step):
                answer = call(aws, work.names.function, wish.payload)
        except TurnedAway:
            heard.throttled += 1
        except NotYet as lost:
            heard.refused[_short(lost.reason)] += 1
        except CannotRun as limit:
            raise not_run(limit) from limit
        else:
            if answer.error:
                heard.refused[_short(answer.reason)] += 1
            elif not wish.kept or answer.payload["connection"] == "reused":
                # AWS: a call may come to another environment than the last; its first connection is none that was kept
                heard.answers.append(answer.payload)

    return invoke


def _short(reason: str) -> str:
    """What the database or the proxy said, without libpq's words about where that was and what it may mean."""
    lines = reason.strip().splitlines()
    said = next((one for one in reversed(lines) if " failed: " in one), lines[0])  # of several addresses the last
    return said.rpartition(" failed: ")[2][:LONGEST_REASON]


def _one_after_another(invoke: Invoke, ways: Sequence[Way], calls: int) -> Sequence[tuple[Wish, Heard]]:
    """In turns, so that whatever changes with time concerns all kinds alike; the first of each warms up."""
    kinds = [Wish(way=way, kept=kept) for way in ways for kept in (False, True)]
    heard = [Heard() for _ in kinds]
    for wish in kinds:
        invoke(wish, Heard())
    for _ in range(calls):
        for wish, one in zip(kinds, heard, strict=True):
            invoke(wish, one)
    return list(zip(kinds, heard, strict=True))


def _bursts(work: Work, invoke: Invoke, ways: Sequence[Way], at_once: int) -> Iterator[Burst]:
    pool = ThreadPoolExecutor(max_workers=at_once, thread_name_prefix="call")

    def burst(wish: Wish) -> Heard:
        heard = [Heard() for _ in range(at_once)]
        list(pool.map(invoke, [wish] * at_once, heard))
        return _together(heard)

    try:
        work.note(f"Starting {at_once} environments of the function.")
        burst(Wish(way=ways[-1], rounds=2, pause_ms=WARM_MS))
        for way in ways:
            work.note(f"Calling it {at_once} times at once, {WAYS[way]}.")
            heard = burst(Wish(way=way, rounds=ROUNDS, pause_ms=PAUSE_MS))
            yield Burst(
                way=way,
                at_once=at_once,
                times=heard.times(),
                backends=heard.backends(),
                refused=heard.refused,
                throttled=heard.throttled,
            )
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # an interrupt does not wait for calls under way


def _together(several: Sequence[Heard]) -> Heard:
    whole = Heard()
    for one in several:
        whole.answers += one.answers
        whole.refused += one.refused
        whole.throttled += one.throttled
    return whole
