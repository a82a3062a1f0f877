"""Commands about a stack that is not there."""

from __future__ import annotations

import pytest

from tests.fresh import Provision
from tests.served import Served


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--fix")], ids=" ".join)
def test_the_doctor_makes_no_stack(cloud: Served, provision: Provision, words: tuple[str, ...]) -> None:
    """That is `up`'s, which says what it costs and asks whether it can work."""
    told = provision(*words)
    assert told.code == 2
    assert "neither a function nor a database" in told.err
    assert "`up` makes them" in told.err
    assert cloud.census() == []


@pytest.mark.usefixtures("cloud")
def test_outputs_are_only_what_there_is(provision: Provision) -> None:
    told = provision("outputs").well()
    assert told.out == ""
    assert "`up` makes it" in told.err
