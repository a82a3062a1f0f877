"""One world for all tests of a process."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.doctor.world import World, world


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world(tmp_path_factory.mktemp("doctor")) as made:
        yield made
