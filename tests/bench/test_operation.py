"""What `bench` makes of a function's answers: other environments, refusals of the database, and of Lambda itself."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from provision.aws.local.wire import Answer, Call
from tests.command import typed
from tests.served import served

SLOTS = "FATAL: remaining connection slots are reserved for non-replication superuser connections"
PLACES = {True: ("database.example", 5432), False: ("proxy.example", 5432)}


class Function:
    """Answers as the handler would. Every third kept call comes to an environment that keeps nothing yet; in a burst
    the database refuses `refused` calls, and Lambda takes all but `throttled`."""

    def __init__(self) -> None:
        self.refused: dict[bool, int] = {True: 0, False: 0}
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
            words = f'connection to server at "{PLACES[direct][0]}", port 5432 failed: {SLOTS}\n'
            said = {"errorType": "OperationalError", "errorMessage": words}
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


@pytest.fixture(scope="module")
def function(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Function]:
    """The function of a stack that is there."""
    function = Function()
    with served(tmp_path_factory.mktemp("served")) as there, pytest.MonkeyPatch.context() as patch:
        there.aws.around.insert(0, function.answer)
        patch.chdir(tmp_path_factory.mktemp("here"))
        patch.setenv("AWS_ENDPOINT_URL", there.url)
        patch.setenv("AWS_REGION", "eu-west-1")
        patch.setenv("PROVISION_TARGET", "aws")
        typed("--quiet", "up").well()
        yield function


@pytest.fixture(autouse=True)
def again(function: Function) -> None:
    function.__init__()  # type: ignore[misc]  # as it was


def bench(*words: str) -> dict[str, Any]:
    return typed("--quiet", "--output", "json", "bench", *words).well().document


def test_a_first_connection_is_none_that_was_kept() -> None:
    document = bench("--calls", "6", "--burst", "0")
    kinds = {(one["way"], one["connection"]): one for one in document["calls"]}
    assert kinds["direct", "kept"]["samples_ms"] == [1.0] * 4, "of seven calls three came to another environment"
    assert kinds["direct", "anew"]["samples_ms"] == [41.0] * 6


def test_what_the_database_refuses_is_counted_by_its_reason(function: Function) -> None:
    function.refused[True] = 3
    document = bench("--calls", "1", "--burst", "8")
    direct, proxy = document["bursts"]
    assert direct["refused"] == {SLOTS: 3}
    assert (direct["answered"], proxy["answered"], proxy["refused"]) == (5, 8, {})
    assert (direct["backends"], proxy["backends"]) == (5, 2)
    assert "3 against 0 calls failed: this speaks for its 21.90 USD a month" in document["meaning"][1]


def test_what_lambda_does_not_take_is_not_the_databases_fault(function: Function) -> None:
    function.throttled = 2
    document = bench("--calls", "1", "--burst", "8")
    assert [one["throttled"] for one in document["bursts"]] == [2, 2]
    assert [one["refused"] for one in document["bursts"]] == [{}, {}]
    assert "this burst does not judge" in document["meaning"][1]


def test_the_text_says_why(function: Function) -> None:
    function.refused[True], function.throttled = 3, 1
    said = typed("bench", "--calls", "1", "--burst", "8").well().out
    assert f"2 failed directly: {SLOTS}" in said
    assert "1 not taken by Lambda through the proxy" in said
    assert "local AWS" not in said


def test_an_older_function_is_told_to_be_one(function: Function) -> None:
    function.older = True
    refused = typed("bench")
    assert refused.code == 2
    assert "older than this provision" in refused.err
