"""How fast each service is called: as fast as we like until it asks for fewer calls, then as fast as it bears.

AWS counts the calls of one caller, whichever client sends them, and refuses what is too much for it; a call that comes
later is not refused. botocore's own adaptive mode knows one client's calls alone.
"""

from __future__ import annotations

import math
import threading
from typing import Any

from provision.aws.codes import THROTTLED
from provision.engine.clock import Clock, RealClock

AT_FIRST, AT_LEAST, AT_MOST = 10.0, 0.5, 50.0
"""Calls a second after a service's first refusal, in the worst case, and from where on nothing is held back."""
GAIN = 0.1
"""A refusal halves the rate; each second of accepted calls makes it so much more. Where two calls a second are
accepted, one in fifteen is refused."""
TOO_MANY_REQUESTS = 429


class RateLimiter:
    """The calls of one service, in the order in which they were asked for. Any thread may call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._rate = math.inf
        self._next = 0.0
        self._slowed = 0
        """How many times."""
        self._mine = threading.local()

    def wait(self, **_: Any) -> None:
        """Until it is this thread's turn to send."""
        while not self._came():
            pass

    def _came(self) -> bool:
        with self._lock:
            now, slowed = self._clock.now(), self._slowed
            turn = max(now, self._next)
            self._next = turn + 1 / self._rate
        if turn > now:
            self._clock.sleep(turn - now)
        self._mine.slowed = slowed
        return slowed == self._slowed  # else the turn was of a rate that turned out too high

    def heard(self, *, parsed_response: dict[str, Any] | None, **_: Any) -> None:
        """What the service answered."""
        answer = parsed_response or {}
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
        refused = answer.get("Error", {}).get("Code") in THROTTLED or status == TOO_MANY_REQUESTS
        with self._lock:
            if not refused:
                faster = self._rate + GAIN / self._rate
                self._rate = faster if faster < AT_MOST else math.inf
            elif self._mine.slowed == self._slowed:  # else it was under way before, and tells nothing of the new rate
                self._rate = max(AT_LEAST, min(AT_FIRST, self._rate / 2))
                self._slowed += 1
                self._next = self._clock.now() + 1 / self._rate


class RateLimits:
    """A limiter for each service that one command calls."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or RealClock()
        self._lock = threading.Lock()
        self._limiters: dict[str, RateLimiter] = {}

    def apply(self, service: str, client: Any) -> None:
        """Have the calls of this client wait for their turn."""
        with self._lock:
            limiter = self._limiters.setdefault(service, RateLimiter(self._clock))
        client.meta.events.register("before-send", limiter.wait)
        client.meta.events.register("response-received", limiter.heard)
