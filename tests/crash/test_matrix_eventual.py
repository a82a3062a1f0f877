"""A sample of the crash matrix, where AWS does not show at once what was made, and still shows what was deleted."""

from __future__ import annotations

import pytest

from tests.crash import matrix
from tests.crash.lives import COMMANDS, World
from tests.crash.matrix import Job

SAMPLE = 4
"""Points of each command; `scripts/crash-matrix` tries all."""
QUICK = ("up --proxy", "teardown")


@pytest.mark.parametrize(
    "command",
    [pytest.param(one.name, marks=() if one.name in QUICK else pytest.mark.long) for one in COMMANDS],
)
def test_a_command_that_was_struck_is_carried_on_by_the_same_command(world: World, command: str) -> None:
    results = list(matrix.run(Job(command, consistent=False), world, sample=SAMPLE, seed=2))
    assert [one for one in results if one.outcome == "failed"] == []
    assert sum(one.outcome != "not reached" for one in results) > SAMPLE // 2
