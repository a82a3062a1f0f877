"""Whatever happened before, one undisturbed `up` and one undisturbed `teardown` decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.crash.blows import STATE, Blow
from tests.crash.commands import REGION
from tests.crash.lives import COMMANDS, KILLED, PROXIED, UP, Moment, World

ROLE, FUNCTION, LOGS = f"lambda-rds-{REGION}-function", "lambda-rds-function", "/aws/lambda/lambda-rds-function"
BY_HAND: dict[str, tuple[str, str, dict[str, Any]]] = {
    "the role loses its policy": ("iam", "DeleteRolePolicy", {"RoleName": ROLE, "PolicyName": "provision"}),
    "the function gets more memory": (
        "lambda",
        "UpdateFunctionConfiguration",
        {"FunctionName": FUNCTION, "MemorySize": 1024},
    ),
    "the function is deleted": ("lambda", "DeleteFunction", {"FunctionName": FUNCTION}),
    "the log group is deleted": ("logs", "DeleteLogGroup", {"logGroupName": LOGS}),
    "the logs are kept for longer": ("logs", "PutRetentionPolicy", {"logGroupName": LOGS, "retentionInDays": 365}),
}
"""What somebody does to the account, by its words."""

commands = st.tuples(st.just("run"), st.sampled_from([one.name for one in COMMANDS]))
kills = st.tuples(st.just("kill"), st.sampled_from([one.name for one in COMMANDS]), st.integers(1, 60), st.booleans())
changes = st.tuples(st.just("by hand"), st.sampled_from(sorted(BY_HAND)))
losses = st.just(("state lost",))
lives = st.lists(st.one_of(commands, kills, changes, losses), min_size=2, max_size=5)


@pytest.fixture(scope="module")
def goals(world: World) -> dict[bool, str]:
    """The account that a single `up` makes, without and with a proxy."""
    found = {}
    for proxy, line in ((False, UP), (True, PROXIED)):
        world.restore(Moment(world.account.empty, {}), consistent=True)
        assert world.commands.run(*line).code == 0
        found[proxy] = world.account.look().things
    return found


@given(life=lives)
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
def test_one_up_and_one_teardown_decide(world: World, goals: dict[bool, str], life: list[tuple[Any, ...]]) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=True)
    for event in life:
        HAPPENS[event[0]](world, *event[1:])
    ended = world.commands.run(*UP)
    assert ended.code == 0, ended.said
    told = json.loads((world.commands.state / STATE).read_text())
    assert world.account.look().things == goals[told["features"].get("proxy", False)]
    assert world.torn_down() == ""


def run(world: World, name: str) -> None:
    ended = world.commands.run(*line(name))
    assert ended.code in (0, 2), ended.said  # 2: `enable-proxy` before `up`


def kill(world: World, name: str, number: int, afterwards: bool) -> None:  # noqa: FBT001 - drawn
    blow = Blow(mode="kill after" if afterwards else "kill before", number=number)
    pid = world.commands.begin(*line(name))
    world.account.strike(**blow.rule(pid))
    assert world.commands.end(pid).code in (KILLED, 0, 2)
    world.account.settle()
    world.account.spare()


def by_hand(world: World, what: str) -> None:
    """AWS may refuse it, if it is not there."""
    service, action, told = BY_HAND[what]
    world.account.manners.inside.ask(service, action, REGION, **told)


def lose_state(world: World) -> None:
    (world.commands.state / STATE).unlink(missing_ok=True)


def line(name: str) -> tuple[str, ...]:
    return next(one.arguments for one in COMMANDS if one.name == name)


HAPPENS: dict[str, Callable[..., None]] = {"run": run, "kill": kill, "by hand": by_hand, "state lost": lose_state}
