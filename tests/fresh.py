"""`provision` typed in this process, in an empty folder and at an empty account that is served from here: quick, and
nobody else's. A conftest imports the fixtures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.command import Told, typed
from tests.served import REGION, Served, served

Provision = Callable[..., Told]
STATE = Path("state", "aws", "lambda-rds.json")


@pytest.fixture(scope="package")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("served")) as there:
        yield there


@contextmanager
def fresh(shared: Served, folder: Path) -> Iterator[Served]:
    """An empty account, as the target `aws` of the commands that are typed, in an empty folder."""
    shared.empty()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("AWS_ENDPOINT_URL", shared.url)
        patch.setenv("AWS_REGION", REGION)
        patch.setenv("PROVISION_TARGET", "aws")
        yield shared
    shared.manners.release()


@pytest.fixture
def cloud(shared: Served, tmp_path: Path) -> Iterator[Served]:
    with fresh(shared, tmp_path) as there:
        yield there


@pytest.fixture
def provision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provision:
    """Types one command line in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return typed


def settings(text: str) -> None:
    """What the settings file in this folder says from now on."""
    Path("provision.toml").write_text(text, encoding="utf-8")


@contextmanager
def without_state() -> Iterator[None]:
    """For a while."""
    before = STATE.read_bytes()
    STATE.unlink()
    yield
    STATE.write_bytes(before)
