"""What `bench` makes of a function's answers: other environments, refusals of the database, and of Lambda itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.bench.answering import SLOTS, Function
from tests.command import typed
from tests.served import served


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


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (
            (
                "server closed the connection unexpectedly\n\tThis probably means the server terminated abnormally\n"
                "\tbefore or while processing the request.\n"
            ),
            "OperationalError: server closed the connection unexpectedly",
        ),
        (
            (
                'connection to server at "db.example" (10.0.0.1), port 5432 failed: Connection refused\n'
                "\tIs the server running on that host and accepting TCP/IP connections?\n"
            ),
            "Connection refused",
        ),
        (
            (
                'connection to server at "db.example" (10.0.0.1), port 5432 failed: timeout expired\n'
                'connection to server at "db.example" (10.0.1.1), port 5432 failed: No route to host\n'
            ),
            "No route to host",
        ),
    ],
)
def test_a_reason_of_several_lines_is_counted_by_the_one_that_says_it(
    function: Function, words: str, reason: str
) -> None:
    """As libpq writes them."""
    function.refused[True], function.words = 2, words
    direct, _ = bench("--calls", "1", "--burst", "3")["bursts"]
    assert direct["refused"] == {reason: 2}


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
