"""Whatever happened before, one undisturbed `up` and one undisturbed `teardown` decide."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tests.crash.account import CONSISTENCY, Moment
from tests.crash.blows import STATE, Blow
from tests.crash.commands import REGION, Ended
from tests.crash.lives import COMMANDS, KILLED, PROXIED, UP, World, differing

LINES = {one.name: one.arguments for one in COMMANDS} | {
    "up --egress endpoint": ("up", "--egress", "endpoint", "--no-preflight")
}
BLOWS = ("kill before", "kill after", "answer lost", "kill at write", "torn write")
FAR = 120
"""A blow may come at this call or moment at the latest; `up --proxy` has about so many."""
FAIR = (0, 2, 4, 5, KILLED)
"""How a command may end in the middle of such a life: done, not there yet, refused, to be run again, killed."""
ROLE, FUNCTION, LOGS = f"lambda-rds-{REGION}-function", "lambda-rds-function", "/aws/lambda/lambda-rds-function"
BY_HAND: dict[str, tuple[str, str, dict[str, Any]]] = {
    "role policy": ("iam", "delete_role_policy", {"RoleName": ROLE, "PolicyName": "provision"}),
    "memory": ("lambda", "update_function_configuration", {"FunctionName": FUNCTION, "MemorySize": 1024}),
    "function": ("lambda", "delete_function", {"FunctionName": FUNCTION}),
    "log group": ("logs", "delete_log_group", {"logGroupName": LOGS}),
    "retention": ("logs", "put_retention_policy", {"logGroupName": LOGS, "retentionInDays": 365}),
    "NAT gateway": ("ec2", "delete_nat_gateway", {"NatGatewayId": "<nat gateway nat.a>"}),
    "endpoint": ("ec2", "delete_vpc_endpoints", {"VpcEndpointIds": ["<endpoint endpoint.secretsmanager>"]}),
    "route": (
        "ec2",
        "delete_route",
        {"RouteTableId": "<route table table.private-a>", "DestinationCidrBlock": "0.0.0.0/0"},
    ),
    "secret": ("secretsmanager", "delete_secret", {"SecretId": "lambda-rds/database"}),
    "database": (
        "rds",
        "delete_db_instance",
        {"DBInstanceIdentifier": "lambda-rds-database", "SkipFinalSnapshot": True},
    ),
    "backups": (
        "rds",
        "modify_db_instance",
        {"DBInstanceIdentifier": "lambda-rds-database", "BackupRetentionPeriod": 1, "ApplyImmediately": True},
    ),
    "proxy": ("rds", "delete_db_proxy", {"DBProxyName": "lambda-rds-proxy"}),
}
"""What somebody does to the account, by what it is about; what stands in <> is known by what it is called."""

Event = tuple[Any, ...]
names = st.sampled_from(sorted(LINES))
runs = st.tuples(st.just("run"), names)
blows = st.tuples(st.just("blow"), names, st.sampled_from(BLOWS), st.integers(1, FAR))
by_hand = st.tuples(st.just("by hand"), st.sampled_from(sorted(BY_HAND)))
losses = st.just(("state lost",))
lives = st.lists(st.one_of(runs, blows, by_hand, losses), min_size=2, max_size=4)


class Goals:
    """The accounts that a single `up` makes, without and with a proxy; and the ends that were torn down before."""

    def __init__(self, empty: Moment) -> None:
        self.moments = {"nothing": empty}
        self.things: dict[bool, str] = {}
        self.torn_down: set[str] = set()


@pytest.fixture(scope="module")
def goals(world: World) -> Goals:
    found = Goals(Moment(world.account.empty, {}))
    for proxy, line in ((False, UP), (True, PROXIED)):
        world.restore(found.moments["nothing"], consistent=True)
        ended = world.commands.run(*line)
        assert ended.code == 0, ended.said
        found.things[proxy] = world.account.look().things
        found.moments["up --proxy" if proxy else "up"] = world.moment()
    return found


def decided(world: World, goals: Goals, start: str, life: list[Event], *, consistent: bool) -> None:
    """One undisturbed `up`, and one undisturbed `teardown`, after all that."""
    world.restore(goals.moments[start], consistent=consistent)
    for event in life:
        HAPPENS[event[0]](world, *event[1:])
    ended = world.commands.run(*UP)
    assert ended.code == 0, ended.said
    document = json.loads((world.commands.state / STATE).read_text())
    seen = world.account.look()
    goal = goals.things[document["features"].get("proxy", False)]
    assert seen.things == goal, differing(goal, seen.things)
    end = seen.things + world.remembered(seen)
    if end not in goals.torn_down:
        assert world.torn_down() == ""
        goals.torn_down.add(end)


starts = st.sampled_from(["nothing", "up", "up --proxy"])
property_of_lives = given(start=starts, life=lives, consistent=st.booleans())
unhurried = settings(deadline=None, suppress_health_check=list(HealthCheck))


@example(start="up", life=[("run", "up --egress endpoint"), ("state lost",), ("run", "disable-proxy")], consistent=True)
@example(start="up --proxy", life=[("state lost",), ("blow", "up", "kill at write", 2)], consistent=True)
@property_of_lives
@settings(unhurried, max_examples=2, derandomize=True)
def test_one_up_and_one_teardown_decide(
    world: World, goals: Goals, start: str, life: list[Event], *, consistent: bool
) -> None:
    decided(world, goals, start, life, consistent=consistent)


@pytest.mark.long
@pytest.mark.timeout(1800)
@property_of_lives
@settings(unhurried, max_examples=4, phases=[Phase.generate])  # a life takes half a minute, too long for a search
def test_of_many_lives(world: World, goals: Goals, start: str, life: list[Event], *, consistent: bool) -> None:
    decided(world, goals, start, life, consistent=consistent)


def fair(ended: Ended) -> None:
    assert ended.code in FAIR, ended.said
    assert "Traceback" not in ended.said


def run(world: World, name: str) -> None:
    fair(world.commands.run(*LINES[name]))


def blow(world: World, name: str, mode: str, number: int) -> None:
    struck = Blow(mode=mode, number=number)
    pid = world.commands.begin(*LINES[name], blow=struck)
    if not struck.at_write:
        world.account.strike(**struck.rule(pid))
    fair(world.commands.end(pid))
    world.account.settle()
    world.account.spare()


@cache
def client(url: str, service: str) -> Any:
    return boto3.client(service, endpoint_url=url, region_name=REGION)  # type: ignore[call-overload]  # the stubs want literals


def change(world: World, what: str) -> None:
    """AWS refuses it if it is not there, or not now. Time passes then: as long as AWS shows a thing that somebody has
    deleted, nobody can tell."""
    service, operation, parameters = BY_HAND[what]
    text = json.dumps(parameters)
    for known, name in world.account.look().names.items():
        text = text.replace(name, known)
    if "<" not in text:
        with suppress(ClientError):
            getattr(client(world.account.url, service), operation)(**json.loads(text))
    world.clock.advance(CONSISTENCY)


def lose_state(world: World) -> None:
    """Time passes here too: what a command had just deleted, AWS may list still, and only the state file tells."""
    (world.commands.state / STATE).unlink(missing_ok=True)
    world.clock.advance(CONSISTENCY)


HAPPENS: dict[str, Callable[..., None]] = {"run": run, "blow": blow, "by hand": change, "state lost": lose_state}
