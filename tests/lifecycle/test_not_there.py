"""Commands about a stack that is not there."""

from __future__ import annotations

import pytest

from tests.commands import Commands


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--fix")], ids=" ".join)
def test_the_doctor_makes_no_stack(commands: Commands, words: tuple[str, ...]) -> None:
    """That is `up`'s, which says what it costs and asks whether it can work."""
    assert commands(*words) == 5
    assert "neither a function nor a database" in commands.err
    assert "`up` makes them" in commands.err
    assert commands.census() == []


def test_outputs_are_only_what_there_is(commands: Commands) -> None:
    commands.done("outputs")
    assert commands.out == ""
    assert "`up` makes it" in commands.err
