"""An account and commands for all tests of a module: making them takes longer than most tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.crash.lives import World
from tests.crash.lives import world as a_world


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    with a_world() as made:
        yield made
