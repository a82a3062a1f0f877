"""How fast each service is called: as fast as we like until it asks for fewer calls, then as fast as it bears.

AWS counts the calls of one caller, whichever client sends them, and refuses what is too much for it; a call that comes
later is not refused. botocore's own adaptive mode knows one client's calls alone.
"""

from __future__ import annotations

import threading
from typing import Any

from provision.aws.codes import THROTTLED
from provision.engine.clock import Clock, RealClock

SLOW, SLOWEST = 0.1, 2.0
"""Seconds between two calls of a service after its first refusal, and at most."""
SLOWER, FASTER = 2.0, 0.97
"""What a refusal and an accepted call make of that time: at a steady rate about one call in thirty is refused."""
NO_PAUSE = 0.02
TOO_MANY_REQUESTS = 429


class Turns:
    """The calls of one service, in the order in which they were asked for. Any thread may call."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = 0.0
        self._next = 0.0
        self._slowed = 0.0
        self._mine = threading.local()

    def wait(self, **_: Any) -> None:
        """Until it is this thread's turn to send."""
        with self._lock:
            now = self._clock.now()
            turn = max(now, self._next)
            self._next = turn + self._pause
        if turn > now:
            self._clock.sleep(turn - now)
        self._mine.sent = turn

    def heard(self, *, parsed_response: dict[str, Any] | None, **_: Any) -> None:
        """What the service answered."""
        answer = parsed_response or {}
        status = answer.get("ResponseMetadata", {}).get("HTTPStatusCode")
        refused = answer.get("Error", {}).get("Code") in THROTTLED or status == TOO_MANY_REQUESTS
        with self._lock:
            if not refused:
                self._pause = self._pause * FASTER if self._pause > NO_PAUSE else 0.0
            elif self._mine.sent >= self._slowed:  # else it was under way before, and tells nothing of the new pace
                self._pause = min(max(self._pause * SLOWER, SLOW), SLOWEST)
                self._slowed = self._next = self._clock.now() + self._pause


class Pace:
    """Of all services that one command calls."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or RealClock()
        self._lock = threading.Lock()
        self._services: dict[str, Turns] = {}

    def keep(self, service: str, client: Any) -> None:
        """Have the calls of this client take their turns."""
        with self._lock:
            turns = self._services.setdefault(service, Turns(self._clock))
        client.meta.events.register("before-send", turns.wait)
        client.meta.events.register("response-received", turns.heard)
