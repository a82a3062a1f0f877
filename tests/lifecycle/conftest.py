"""For the tests of this folder: an empty account of ours and `provision` to type at it; and another emulator, with a
folder for commands about it and questions from outside."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.command import Here
from tests.fresh import cloud, provision, shared  # noqa: F401 - fixtures
from tests.lifecycle.account import PlainAccount
from tests.lifecycle.emulator import moto_server

REGION = "eu-west-1"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with moto_server(tmp_path_factory.mktemp("moto") / "log") as there:
        yield there


@pytest.fixture(scope="module")
def here(url: str, tmp_path_factory: pytest.TempPathFactory) -> Here:
    variables = {"PROVISION_TARGET": "aws", "AWS_ENDPOINT_URL": url, "AWS_REGION": REGION}
    return Here(tmp_path_factory.mktemp("here"), variables)


@pytest.fixture(scope="module")
def account(url: str) -> PlainAccount:
    return PlainAccount(url, REGION)
