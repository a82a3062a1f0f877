"""The last proof of a command: the function answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from provision.aws.local.wire import Answer, Call, Refusal
from tests.crash.account import greeting
from tests.stage import UP, Stage, stage

IDLE = (
    "The function is inactive and its VPC connection is no longer available. Wait for the VPC connection to reestablish"
)


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as made:
        yield made


class Idle:
    """A function that was not called for two weeks: Lambda makes its interfaces again, for some minutes."""

    def __init__(self, there: Stage, seconds: float, code: str = "ResourceNotReadyException") -> None:
        self.clock = there.clock
        self.awake = self.clock.now() + seconds
        self.code = code

    def answer(self, call: Call) -> Answer:
        if self.clock.now() < self.awake:
            return call.answer(Refusal(self.code, IDLE, status=502))
        return greeting(call)


@pytest.mark.parametrize("words", [UP, ("invoke",), ("enable-proxy",)], ids=" ".join)
def test_an_idle_function_is_given_the_time_to_wake_up(there: Stage, words: tuple[str, ...]) -> None:
    there.after(*UP)
    there.account.invoked = Idle(there, 300).answer
    told = there.type(*words)
    there.account.invoked = greeting
    assert told.code == 0, told
    assert "Hello world!" in told.out


def test_an_interface_that_is_not_ready_yet_is_given_the_same_time(there: Stage) -> None:
    there.after(*UP)
    there.account.invoked = Idle(there, 300, "ENINotReadyException").answer
    told = there.type("invoke")
    there.account.invoked = greeting
    assert told.code == 0, told


def turned_away(call: Call) -> Answer:
    reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
    return call.answer(Refusal("TooManyRequestsException", "Rate Exceeded.", status=429, Reason=reason))


@pytest.mark.parametrize("words", [UP, ("enable-proxy",)], ids=" ".join)
def test_a_function_whose_own_concurrency_lets_no_call_in_is_told_as_such(there: Stage, words: tuple[str, ...]) -> None:
    there.after(*UP)
    there.account.invoked = turned_away
    told = there.type(*words)
    there.account.invoked = greeting
    assert told.code == 3, told
    assert "delete-function-concurrency --function-name lambda-rds-function" in told.err.replace("\n  ", " ")


def fails(_: Call) -> Answer:
    said = b'{"errorType": "OperationalError", "errorMessage": "no route to the proxy"}'
    return Answer(200, [("Content-Type", "application/json"), ("X-Amz-Function-Error", "Unhandled")], said)


def forbidden(call: Call) -> Answer:
    who = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: lambda:InvokeFunction"
    return call.answer(Refusal("AccessDeniedException", who, status=403))


@pytest.mark.parametrize(
    ("answer", "code", "said"),
    [
        (
            fails,
            5,
            [
                "switched back to the database's own endpoint",
                "no route to the proxy",
                "`enable-proxy` tries the proxy again, `up` or `disable-proxy` removes it",
            ],
        ),
        (forbidden, 3, ["lambda:InvokeFunction"]),
    ],
    ids=["it fails", "it may not be called"],
)
def test_a_function_that_does_not_answer_through_the_proxy_is_switched_back(
    there: Stage, answer: Callable[[Call], Answer], code: int, said: list[str]
) -> None:
    there.after(*UP)
    (database,) = there.client("rds").describe_db_instances()["DBInstances"]
    there.account.invoked = answer
    told = there.type("enable-proxy")
    there.account.invoked = greeting
    assert told.code == code, told
    assert [words for words in said if words not in " ".join(told.err.split())] == []
    assert address(there) == database["Endpoint"]["Address"]
    there.type("enable-proxy").well()
    (proxy,) = there.client("rds").describe_db_proxies()["DBProxies"]
    assert address(there) == proxy["Endpoint"]


def test_the_document_of_a_command_that_failed_says_what_it_has_changed(there: Stage) -> None:
    there.after()
    there.account.invoked = fails
    told = there.type("--output", "json", *UP)
    there.account.invoked = greeting
    assert told.code == 5, told
    found = told.document
    assert "no route to the proxy" in found["error"]["why"]
    assert {"key": "vpc", "verb": "create"} in found["changed"]
    assert {"vpc", "database", "function"} <= {one["key"] for one in found["resources"]}
    assert found["outputs"]["function_name"] == "lambda-rds-function"


@pytest.mark.parametrize("words", [UP, ("disable-proxy",)], ids=["up", "disable-proxy"])
def test_after_the_switch_back_the_next_command_removes_the_proxy_as_it_was_said(
    there: Stage, words: tuple[str, ...]
) -> None:
    there.after(*UP)
    there.account.invoked = fails
    told = there.type("enable-proxy")
    there.account.invoked = greeting
    assert "`up` or `disable-proxy` removes it" in " ".join(told.err.split()), told
    there.type(*words).well()
    assert there.client("rds").describe_db_proxies()["DBProxies"] == []


def test_a_new_network_has_its_time_before_the_function_counts_as_failed(there: Stage) -> None:
    there.after(*UP)
    ready = there.clock.now() + 45
    there.account.invoked = lambda call: fails(call) if there.clock.now() < ready else greeting(call)
    told = there.type(*UP)
    there.account.invoked = greeting
    assert told.code == 0, told


def address(there: Stage) -> str:
    """Where the function finds PostgreSQL."""
    (function,) = there.client("lambda").list_functions()["Functions"]
    return str(function["Environment"]["Variables"]["DB_ENDPOINT_ADDRESS"])
