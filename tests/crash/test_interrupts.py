"""Ctrl-C and SIGTERM, on processes that wait for AWS."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest

from tests.crash.account import Moment
from tests.crash.commands import Ended
from tests.crash.lives import COMMANDS, Undisturbed, World
from tests.waiting import until

INTERRUPTED = 130
HELD, PROMPT = 180.0, 60.0
"""Seconds that AWS does not answer, and that are allowed on a busy machine; a call that is under way gets three."""
UP = COMMANDS[0]


@pytest.fixture(scope="module")
def wanted(world: World) -> Undisturbed:
    return world.undisturbed(UP, Moment(world.account.empty, {}), consistent=True)


def held(world: World, action: str, words: Sequence[str] = UP.arguments, *, last_answers: float | None = None) -> int:
    """A command whose call AWS does not answer for a while; its process id."""
    world.restore(Moment(world.account.empty, {}), consistent=True)
    pid = world.commands.begin(*words, last_answers=last_answers)
    world.account.strike(do="hold", when="before", action=action, seconds=HELD)
    world.commands.resume(pid)
    until(lambda: world.account.manners.holding)
    return pid


def rows(world: World) -> dict[str, Any]:
    rows: dict[str, Any] = json.loads((world.commands.state / "lambda-rds.json").read_text())["resources"]
    return rows


def released(world: World) -> None:
    world.account.manners.release()
    world.account.settle()
    world.account.spare()


@pytest.mark.parametrize(
    ("number", "action", "key"),
    [
        (signal.SIGINT, "CreateVpc", "vpc"),
        (signal.SIGTERM, "CreateDBInstance", "database"),
        pytest.param(signal.SIGTERM, "CreateVpc", "vpc", marks=pytest.mark.long),
        pytest.param(signal.SIGINT, "CreateDBInstance", "database", marks=pytest.mark.long),
    ],
)
def test_the_first_ends_soon_and_says_how_to_carry_on(
    world: World, wanted: Undisturbed, number: int, action: str, key: str
) -> None:
    pid = held(world, action)
    began = time.monotonic()
    os.kill(pid, number)
    ended = world.commands.ended(pid)
    assert time.monotonic() - began < PROMPT
    assert ended.code == INTERRUPTED
    assert "Interrupted." in ended.said
    assert "The same command carries on" in ended.said
    assert "Traceback" not in ended.said
    assert rows(world)[key]["status"] == "creating"
    released(world)  # AWS carries the call out after all
    assert world.carried_on(UP, wanted) == ""


def test_of_a_command_that_only_reads_nothing_is_under_way(world: World) -> None:
    pid = held(world, "DescribeVpcs", ["status"])
    os.kill(pid, signal.SIGINT)
    ended = world.commands.ended(pid)
    assert ended.code == INTERRUPTED
    assert "Interrupted.\nWhy:   The stack was not changed.\n" in ended.said
    assert "carries on" not in ended.said
    released(world)


def test_what_aws_answers_soon_after_is_recorded(world: World, wanted: Undisturbed) -> None:
    pid = held(world, "CreateDBInstance", last_answers=HELD)
    os.kill(pid, signal.SIGINT)
    time.sleep(0.5)
    released(world)
    assert world.commands.ended(pid).code == INTERRUPTED
    assert rows(world)["database"]["id"] == "lambda-rds-database"
    assert world.carried_on(UP, wanted) == ""


def test_the_second_ends_at_once_and_loses_nothing(world: World, wanted: Undisturbed) -> None:
    pid = held(world, "CreateDBInstance")
    os.kill(pid, signal.SIGINT)
    time.sleep(0.5)
    os.kill(pid, signal.SIGINT)
    ended = world.commands.ended(pid)
    assert ended.code == INTERRUPTED
    assert "Traceback" not in ended.said
    released(world)
    assert world.carried_on(UP, wanted) == ""


def test_at_any_moment(world: World, wanted: Undisturbed) -> None:
    draw = random.Random(3)  # noqa: S311 - moments
    for _ in range(4):
        world.restore(Moment(world.account.empty, {}), consistent=True)
        pid = world.commands.begin(*UP.arguments)
        world.commands.resume(pid)
        time.sleep(draw.uniform(0.05, 1.0))
        ended = interrupted(world, pid)
        assert ended.code in (0, INTERRUPTED), ended
        assert "Traceback" not in ended.said
        world.account.settle()
        assert world.carried_on(UP, wanted) == ""


def interrupted(world: World, pid: int) -> Ended:
    with suppress(ProcessLookupError):  # it may have ended by then
        os.kill(pid, signal.SIGINT)
    return world.commands.ended(pid)
