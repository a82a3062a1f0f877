"""An empty account for each test, and one whole stack for a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from tests.resources import whole
from tests.resources.harness import Account
from tests.resources.whole import Whole


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    """An empty account."""
    with mock_aws():
        yield Account(tmp_path)


@pytest.fixture(scope="module")
def stack_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole.whole(tmp_path_factory.mktemp("whole")) as made:
        yield made


@pytest.fixture
def stack(stack_of_module: Whole) -> Whole:
    """The whole stack as it was made; a test leaves it so again, or the next one pays for the repair."""
    stack_of_module.as_made()
    return stack_of_module
