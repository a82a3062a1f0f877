from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from tests.resources.harness import Account


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    """An empty account."""
    with mock_aws():
        yield Account(tmp_path)
