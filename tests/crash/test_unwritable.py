"""The state folder can be written no more, in the middle of a command: a sentence, the old file whole; it goes on."""

from __future__ import annotations

import json

import pytest

from tests.crash.account import Moment
from tests.crash.blows import DRAFT, STATE, Blow
from tests.crash.commands import Ended
from tests.crash.lives import COMMANDS, Command, Undisturbed, World

UP, TEARDOWN = COMMANDS[0], COMMANDS[-1]
UNWRITABLE = 6
LARGEST = 5000
"""Bytes; the state file of a whole stack has more."""
WHY = {"disk full": "No space left on device", "read-only": "Read-only file system", "too large": "File too large"}


@pytest.fixture(scope="module")
def wanted(world: World) -> Undisturbed:
    return world.undisturbed(UP, Moment(world.account.empty, {}), consistent=True)


def refused(world: World, ended: Ended, why: str) -> None:
    assert ended.code == UNWRITABLE, ended.said
    assert f"{STATE} cannot be written" in ended.said
    assert WHY[why] in ended.said
    assert "run the same command again" in ended.said
    assert "Traceback" not in ended.said
    file = world.commands.state / STATE
    if file.exists():
        assert json.loads(file.read_text())["version"] == 1
    assert not (world.commands.state / DRAFT).exists() or why == "read-only"


def struck(world: World, command: Command, why: str, moment: int) -> Ended:
    if why == "too large":
        return world.commands.end(world.commands.begin(*command.arguments, largest=LARGEST))
    return world.commands.end(world.commands.begin(*command.arguments, blow=Blow(mode=why, number=moment)))


@pytest.mark.parametrize(
    ("why", "moment"),
    [
        pytest.param("disk full", 1, marks=pytest.mark.long),
        ("disk full", 4),
        pytest.param("disk full", 61, marks=pytest.mark.long),
        pytest.param("disk full", 120, marks=pytest.mark.long),
        ("read-only", 30),
        pytest.param("read-only", 5, marks=pytest.mark.long),
        ("too large", 0),
    ],
)
def test_up(world: World, wanted: Undisturbed, why: str, moment: int) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=False)
    refused(world, struck(world, UP, why, moment), why)
    world.account.settle()
    assert world.carried_on(UP, wanted) == ""


def test_teardown(world: World, wanted: Undisturbed) -> None:  # noqa: ARG001 - an `up` has worked here
    world.restore(Moment(world.account.empty, {}), consistent=True)
    assert world.commands.run(*UP.arguments).code == 0
    refused(world, struck(world, TEARDOWN, "disk full", 20), "disk full")
    world.account.settle()
    assert world.torn_down() == ""


@pytest.mark.long
def test_a_state_file_that_cannot_be_removed_in_the_end(world: World) -> None:
    """Its last moment is its removal."""
    world.restore(Moment(world.account.empty, {}), consistent=True)
    start = world.prepared(TEARDOWN)
    last = len(world.undisturbed(TEARDOWN, start, consistent=True).moments)
    world.restore(start, consistent=True)
    ended = struck(world, TEARDOWN, "read-only", last)
    assert ended.code == UNWRITABLE, ended.said
    assert "The stack is gone" in ended.said
    assert world.torn_down() == ""
