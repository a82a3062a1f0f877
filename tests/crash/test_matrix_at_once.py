"""A sample of the crash matrix, where AWS shows at once what was made."""

from __future__ import annotations

import pytest

from tests.crash import matrix
from tests.crash.lives import COMMANDS, World
from tests.crash.matrix import Job

FEW, MORE = 2, 5
"""Points of each command; `scripts/crash-matrix` tries all."""


@pytest.mark.parametrize("sample", [FEW, pytest.param(MORE, marks=pytest.mark.long)])
@pytest.mark.parametrize("command", [one.name for one in COMMANDS])
def test_a_command_that_was_struck_is_carried_on_by_the_same_command(world: World, command: str, sample: int) -> None:
    seed = sample + [one.name for one in COMMANDS].index(command)  # other blows for each
    results = list(matrix.run(Job(command, consistent=True), world, sample=sample, seed=seed))
    assert [one for one in results if one.outcome == "failed"] == []
    assert sum(one.outcome != "not reached" for one in results) >= sample / 2
