from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands import Commands, opened
from tests.manners.conftest import Account, account, served  # noqa: F401 - fixtures


@pytest.fixture
def commands(
    account: Account,  # noqa: F811 - the fixture
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Commands]:
    """`provision` in an empty folder, against an empty account."""
    yield from opened(account, tmp_path, capsys, monkeypatch)
