"""The last proof of a command: the function answers."""

from __future__ import annotations

from collections.abc import Iterator

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

    def __init__(self, there: Stage, seconds: float) -> None:
        self.clock = there.clock
        self.awake = self.clock.now() + seconds

    def answer(self, call: Call) -> Answer:
        if self.clock.now() < self.awake:
            return call.answer(Refusal("ResourceNotReadyException", IDLE, status=502))
        return greeting(call)


@pytest.mark.parametrize("words", [UP, ("invoke",), ("enable-proxy",)], ids=" ".join)
def test_an_idle_function_is_given_the_time_to_wake_up(there: Stage, words: tuple[str, ...]) -> None:
    there.after(*UP)
    there.account.invoked = Idle(there, 300).answer
    told = there.type(*words)
    there.account.invoked = greeting
    assert told.code == 0, told
    assert "Hello world!" in told.out


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
