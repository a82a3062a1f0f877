"""An empty account for each test; one with a database, and one whole stack, for a module."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from provision.aws.local.wire import CALLER
from tests.resources import whole
from tests.resources.harness import Account
from tests.resources.one_database import drawn
from tests.resources.whole import Whole
from tests.served import served


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    """An empty account."""
    with mock_aws():
        yield Account(tmp_path)


@pytest.fixture(scope="module")
def database_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    folder = tmp_path_factory.mktemp("database")
    with served(folder / "aws") as here:
        account = Account(folder, endpoint=here.url, caller=CALLER)
        account.up(drawn())
        yield account


@pytest.fixture
def made(database_of_module: Account) -> Account:
    """An account with the database and what it needs, of which AWS says again what is so."""
    database_of_module.relent()
    return database_of_module


@pytest.fixture(scope="module")
def stack_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    with whole.whole(tmp_path_factory.mktemp("whole")) as made:
        yield made


@pytest.fixture
def stack(stack_of_module: Whole) -> Whole:
    """The whole stack as it was made; a test leaves it so again, or the next one pays for the repair."""
    stack_of_module.as_made()
    return stack_of_module
