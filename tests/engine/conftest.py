"""A fake cloud on a fake clock for every test of this folder."""

from __future__ import annotations

import pytest

from tests.engine.cloud import Cloud, FakeClock


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(FakeClock())
