"""Where AWS takes few calls and shows late what was made, commands end well, in time, and do not hammer."""

from __future__ import annotations

from typing import Any

import pytest

from provision.aws.codes import THROTTLED
from tests.crash.account import Moment
from tests.crash.blows import Blow
from tests.crash.lives import KILLED, NOTHING, PROXIED, TEARDOWN, World

A_SECOND, LATE = 2.0, 5.0
"""Calls that each service takes, and seconds in which it does not show what was made."""
MINUTE = 60.0
REFUSED_A_MINUTE = 26
"""Of one service, at most: the 15 others that are under way when the first one is refused, three more until ten calls a
second have become less than two, and one in fifteen of the 120 that it takes in that time."""
BUDGET = 4 * MINUTE
"""Where AWS makes everything at once and takes two calls a second of each service."""
BUSY, WAITING = 240, 30
"""Calls of all services together in the busiest minute and in the quietest, at most, where AWS takes its own time."""


def stingy(world: World, **manners: Any) -> None:
    world.account.manners.set({"calls_per_second": A_SECOND, "consistency_seconds": LATE, **manners})


def ended(world: World, *line: str) -> list[dict[str, Any]]:
    """The calls of a command that ended well."""
    world.account.manners.reset_calls()
    done = world.commands.run(*line)
    assert done.code == 0, done.said
    return world.account.calls()


def in_a_minute(calls: list[dict[str, Any]]) -> int:
    """The most of them within sixty seconds."""
    times: list[float] = [call["t"] for call in calls]
    return max((sum(first <= other < first + MINUTE for other in times) for first in times), default=0)


def in_the_quietest_minute(calls: list[dict[str, Any]]) -> int:
    times: list[float] = [call["t"] for call in calls]
    return min(sum(first <= other < first + MINUTE for other in times) for first in times if first + MINUTE < times[-1])


def refused(calls: list[dict[str, Any]], service: str) -> list[dict[str, Any]]:
    return [call for call in calls if call["service"] == service and call["code"] in THROTTLED]


def bounded(calls: list[dict[str, Any]]) -> None:
    most = {service: in_a_minute(refused(calls, service)) for service in {call["service"] for call in calls}}
    assert max(most.values()) > 0, "too many calls were made, or nothing was tried here"
    assert max(most.values()) <= REFUSED_A_MINUTE, most


def lasted(calls: list[dict[str, Any]]) -> float:
    return float(calls[-1]["t"] - calls[0]["t"])


@pytest.fixture(scope="module")
def wanted(world: World) -> str:
    """The account that an undisturbed `up --proxy` makes."""
    world.restore(Moment(world.account.empty, {}), consistent=True)
    ended(world, *PROXIED)
    return world.account.look().things


def test_two_calls_a_second(world: World, wanted: str) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=True)
    stingy(world)
    up = ended(world, *PROXIED)
    assert world.account.look().things == wanted
    down = ended(world, *TEARDOWN)
    assert world.account.look().things == NOTHING
    for calls in (up, down):
        bounded(calls)
        assert lasted(calls) < BUDGET


@pytest.mark.long
def test_two_calls_a_second_where_aws_takes_its_own_time(world: World, wanted: str) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=True)
    stingy(world, pace=1)
    up = ended(world, *PROXIED)
    assert world.account.look().things == wanted
    down = ended(world, *TEARDOWN)
    assert world.account.look().things == NOTHING
    for calls in (up, down):
        bounded(calls)
        assert in_a_minute(calls) <= BUSY
        assert in_the_quietest_minute(calls) <= WAITING


@pytest.mark.long
def test_killed_again_and_again_where_aws_takes_two_calls_a_second(world: World, wanted: str) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=True)
    stingy(world)
    for line, there in ((PROXIED, wanted), (TEARDOWN, NOTHING)):
        for number in (4, 11, 25):
            pid = world.commands.begin(*line)
            world.account.strike(**Blow(mode="kill after", number=number, changes=True).rule(pid))
            assert world.commands.end(pid).code == KILLED
            world.account.settle()
            world.account.spare()
        ended(world, *line)
        assert world.account.look().things == there
