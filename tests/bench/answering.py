"""A function that answers `bench` as the handler would, without a database."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

from provision.aws.local.wire import Answer, Call

SLOTS = "FATAL: remaining connection slots are reserved for non-replication superuser connections"
PLACES = {True: ("database.example", 5432), False: ("proxy.example", 5432)}


class Function:
    """Answers as the handler would. Every third kept call comes to an environment that keeps nothing yet; in a burst
    the database refuses `refused` calls in these `words`, and Lambda takes all but `throttled`."""

    def __init__(self) -> None:
        self.refused: dict[bool, int] = {True: 0, False: 0}
        self.words = f'connection to server at "db.example" (10.0.0.1), port 5432 failed: {SLOTS}\n'
        self.throttled = 0
        self.older = False
        self._seen: Counter[tuple[str, bool]] = Counter()
        self._lock = threading.Lock()

    def answer(self, call: Call, following: Callable[[Call], Answer]) -> Answer:
        if call.name != "lambda:Invoke":
            return following(call)
        wish = json.loads(call.body).get("bench")
        if wish is None or self.older:
            return _said({"message": "Hello world!"})
        direct = bool(wish["direct"])
        with self._lock:
            kind = "kept" if wish["keep"] else "burst" if wish["rounds"] > 2 else "other"
            self._seen[kind, direct] += 1
            number = self._seen[kind, direct]
        if kind == "burst" and number <= self.throttled:
            return Answer(429, [("X-Amzn-ErrorType", "TooManyRequestsException")], b'{"message": "Rate Exceeded."}')
        if kind == "burst" and number <= self.refused[direct]:
            said = {"errorType": "OperationalError", "errorMessage": self.words}
            return _said(said, ("X-Amz-Function-Error", "Unhandled"))
        new = kind != "kept" or number % 3 == 1
        times = {"connect_ms": 40.0 if new else 0.0, "query_ms": [1.0] * wish["rounds"]}
        backends = [number if direct else number % 2] * wish["rounds"]
        host, port = PLACES[direct]
        return _said(
            {
                "bench": {**times, "backends": backends},
                "host": host,
                "port": port,
                "connection": "new" if new else "reused",
            }
        )


def _said(document: dict[str, Any], *headers: tuple[str, str]) -> Answer:
    return Answer(200, [("Content-Type", "application/json"), *headers], json.dumps(document).encode())
