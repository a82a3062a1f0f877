"""How fast a service is called once it has refused a call as one too many, by a clock that passes only in a sleep."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest

from provision.aws.rate_limits import RateLimiter, RateLimits

TAKEN: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": 200}}
REFUSED: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": 400}, "Error": {"Code": "Throttling"}}
DENIED: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": 403}, "Error": {"Code": "AccessDenied"}}
BY_STATUS: dict[str, Any] = {"ResponseMetadata": {"HTTPStatusCode": 429}}


class Clock:
    def __init__(self) -> None:
        self.time = 0.0
        self.meanwhile: Callable[[], None] | None = None
        """What happens during the next sleep."""

    def now(self) -> float:
        return self.time

    stamp = now

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        if self.meanwhile:
            happens, self.meanwhile = self.meanwhile, None
            happens()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limiter(clock: Clock) -> RateLimiter:
    return RateLimiter(clock)


@contextmanager
def another_thread() -> Iterator[Callable[..., Any]]:
    with ThreadPoolExecutor(1) as pool:
        yield lambda work, **told: pool.submit(work, **told).result()


def asked(limiter: RateLimiter, answer: dict[str, Any] | None, times: int = 1) -> None:
    for _ in range(times):
        limiter.wait()
        limiter.heard(parsed_response=answer)


@pytest.mark.parametrize("answer", [TAKEN, DENIED, None], ids=["taken", "refused otherwise", "lost"])
def test_nothing_is_held_back_before_a_service_asks_for_fewer(
    clock: Clock, limiter: RateLimiter, answer: dict[str, Any] | None
) -> None:
    asked(limiter, answer, times=100)
    assert clock.time == 0.0


@pytest.mark.parametrize("refusal", [REFUSED, BY_STATUS], ids=["by its code", "by its status"])
def test_after_the_first_refusal_ten_calls_a_second_are_made(
    clock: Clock, limiter: RateLimiter, refusal: dict[str, Any]
) -> None:
    asked(limiter, refusal)
    for _ in range(10):
        limiter.wait()
    assert clock.time == pytest.approx(1.0)


def test_each_refusal_halves_the_rate_down_to_a_call_in_two_seconds(clock: Clock, limiter: RateLimiter) -> None:
    asked(limiter, REFUSED)
    pauses = []
    for _ in range(7):
        before = clock.time
        asked(limiter, REFUSED)
        pauses.append(clock.time - before)
    assert pauses == pytest.approx([0.1, 0.2, 0.4, 0.8, 1.6, 2.0, 2.0])


def test_what_was_under_way_before_slows_nothing_down_further(clock: Clock, limiter: RateLimiter) -> None:
    with another_thread() as other:
        limiter.wait()
        other(limiter.wait)
        limiter.heard(parsed_response=REFUSED)
        other(limiter.heard, parsed_response=REFUSED)
    limiter.wait()
    assert clock.time == pytest.approx(0.1)


def test_a_turn_of_a_rate_that_turned_out_too_fast_is_taken_anew(clock: Clock, limiter: RateLimiter) -> None:
    with another_thread() as other:
        asked(limiter, REFUSED)
        other(limiter.wait)
        clock.meanwhile = lambda: other(limiter.heard, parsed_response=REFUSED)
        limiter.wait()
    assert clock.time == pytest.approx(0.1 + 0.1 + 0.2), "the turn that was given up, and one at half the rate"


def test_what_is_taken_makes_it_faster_until_nothing_is_held_back(clock: Clock, limiter: RateLimiter) -> None:
    asked(limiter, REFUSED)
    asked(limiter, TAKEN, times=500)
    assert clock.time < 500 / 10
    asked(limiter, TAKEN, times=12_000)
    before = clock.time
    asked(limiter, TAKEN, times=100)
    assert clock.time == before


class Client:
    """botocore's, as far as it takes listeners."""

    def __init__(self) -> None:
        self.meta = self.events = self
        self.heard: dict[str, Callable[..., None]] = {}

    def register(self, event: str, listener: Callable[..., None]) -> None:
        self.heard[event] = listener


def test_all_clients_of_a_service_share_its_rate_and_no_others(clock: Clock) -> None:
    limits, clients = RateLimits(clock), [Client() for _ in range(3)]
    for service, client in zip(("ec2", "ec2", "rds"), clients, strict=True):
        limits.apply(service, client)
    first, second, elsewhere = (client.heard for client in clients)
    first["before-send"](request=None)
    first["response-received"](parsed_response=REFUSED)
    elsewhere["before-send"](request=None)
    assert clock.time == 0.0
    second["before-send"](request=None)
    assert clock.time == pytest.approx(0.1)
