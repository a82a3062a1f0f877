"""Two at work on one stack: in one folder the second is refused; from two folders nothing is there twice."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterator

import pytest

from tests.crash.account import Moment
from tests.crash.commands import Commands, Ended
from tests.crash.lives import TEARDOWN, UP, World, differing
from tests.waiting import until

HELD = 180.0
LOCKED = 6
OFFSETS = {"at once": (1, 4, 10), "eventual": (0, 4, 25)}
"""By when AWS shows what was made: so many changes of the first run, after which the second begins."""
QUICK = {("eventual", 0), ("at once", 4)}


@pytest.fixture(scope="module")
def wanted(world: World) -> str:
    """The account that a single `up` makes."""
    world.restore(Moment(world.account.empty, {}), consistent=True)
    assert world.commands.run(*UP).code == 0
    return world.account.look().things


@pytest.fixture(scope="module")
def others(world: World) -> Iterator[Commands]:
    """In another folder."""
    with world.others(here=False) as commands:
        yield commands


def changes(world: World) -> int:
    return sum(call["mutating"] for call in world.account.calls())


def wait_for(world: World, number: int) -> None:
    until(lambda: changes(world) >= number, look=0.002)


def both(world: World, others: Commands, line: tuple[str, ...], *, after: int) -> tuple[Ended, Ended]:
    """The second begins when the first has sent so many calls that change something."""
    first, second = world.commands.begin(*line), others.begin(*line)
    world.account.manners.reset_calls()
    world.commands.resume(first)
    wait_for(world, after)
    others.resume(second)
    return world.commands.ended(first), others.ended(second)


@pytest.mark.parametrize(
    ("shown", "after"),
    [
        pytest.param(shown, after, marks=() if (shown, after) in QUICK else pytest.mark.long)
        for shown, offsets in OFFSETS.items()
        for after in offsets
    ],
)
def test_from_two_folders_one_stack_comes_of_it(
    world: World, others: Commands, wanted: str, shown: str, after: int
) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=shown == "at once")
    shutil.rmtree(others.state, ignore_errors=True)
    ended = both(world, others, UP, after=after)
    assert {one.code for one in ended} <= {0, 4, 5}, ended
    seen = world.account.look()
    assert [name for name in seen.names.values() if "#" in name] == [], ended
    for commands in (world.commands, others):
        again = commands.run(*UP)
        assert again.code == 0, again.said
        assert world.account.look().things == wanted, differing(wanted, world.account.look().things)
    assert world.torn_down() == ""


@pytest.mark.long
@pytest.mark.parametrize("after", [0, 5])
def test_torn_down_from_two_folders(world: World, others: Commands, after: int) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=False)
    shutil.rmtree(others.state, ignore_errors=True)
    assert world.commands.run(*UP).code == 0
    ended = both(world, others, TEARDOWN, after=after)
    assert [one.code for one in ended] == [0, 0], ended
    assert world.torn_down() == ""


def test_in_one_folder_the_second_is_told_who_is_at_work(world: World, wanted: str) -> None:
    world.restore(Moment(world.account.empty, {}), consistent=True)
    pid = world.commands.begin(*UP)
    world.account.strike(do="hold", when="before", action="CreateVpc", seconds=HELD)
    world.commands.resume(pid)
    until(lambda: world.account.manners.holding)
    with world.others(here=True) as others:
        refused = others.run(*TEARDOWN)
        looked = others.run("status")
    assert refused.code == LOCKED
    assert f"`up`, process {pid} on {socket.gethostname()}, since 20" in refused.said
    assert looked.code == 0, looked.said
    os.kill(pid, 0)
    world.account.manners.release()
    assert world.commands.ended(pid).code == 0
    assert world.account.look().things == wanted
    assert world.torn_down() == ""
