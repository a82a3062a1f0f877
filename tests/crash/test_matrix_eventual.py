"""A sample of the crash matrix, where AWS does not show at once what was made, and still shows what was deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.crash import matrix
from tests.crash.lives import COMMANDS, World
from tests.crash.matrix import Job

FEW, MORE = 2, 3
"""Points of each command; `scripts/crash-matrix` tries all."""
QUICK = ("up --proxy", "teardown")


def each() -> Iterator[Any]:
    for command in COMMANDS:
        if command.name in QUICK:
            yield command.name, FEW
        yield pytest.param(command.name, MORE, marks=pytest.mark.long)


@pytest.mark.parametrize(("command", "sample"), list(each()))
def test_a_command_that_was_struck_is_carried_on_by_the_same_command(world: World, command: str, sample: int) -> None:
    results = list(matrix.run(Job(command, consistent=False), world, sample=sample, seed=sample))
    assert [one for one in results if one.outcome == "failed"] == []
    assert sum(one.outcome != "not reached" for one in results) >= sample / 2
