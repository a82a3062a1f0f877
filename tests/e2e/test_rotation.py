"""A password that Secrets Manager changes, with the real PostgreSQL, PgBouncer and runtime client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from tests.e2e.stack import Stack, connected
from tests.waiting import until

NAME = "lambda-rds/database"


@pytest.fixture
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("rotation")
    (folder / "provision.toml").write_text("[database]\nrotation_days = 7\n", encoding="utf-8")
    here = Stack(folder)
    yield here
    here.end()


def rotated(stack: Stack) -> dict[str, Any]:
    """Rotates now; the secret's value once that is over."""
    secrets = stack.client("secretsmanager")
    version = secrets.rotate_secret(SecretId=NAME)["VersionId"]
    until(lambda: "AWSCURRENT" in secrets.describe_secret(SecretId=NAME)["VersionIdsToStages"][version])
    return stack.secret()


def lets_in(secret: dict[str, Any], host: str) -> bool:
    """Whether what is there takes the secret's password."""
    try:
        connected({**secret, "host": host}).close()
    except psycopg2.OperationalError:
        return False
    return True


def test_everybody_goes_on_with_another_password(stack: Stack) -> None:
    """Through the proxy, which the rotation does without, and at the database itself; and nobody tells it."""
    stack.provision("up", "--proxy").well()
    first = stack.secret()
    tried = stack.client("secretsmanager").describe_secret(SecretId=NAME)
    assert (tried["RotationEnabled"], "LastRotatedDate" in tried) == (True, False), "not at once"
    through = stack.invoked()
    assert through["connection"] == "reused"
    second = rotated(stack)
    assert second["password"] != first["password"]
    assert {**second, "password": ""} == {**first, "password": ""}
    connected(second).close()
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        connected(first)
    until(lambda: lets_in(second, through["host"]))
    assert stack.invoked()["message"] == "Hello world!"

    stack.provision("plan", "--detailed-exitcode").well()
    stack.provision("disable-proxy").well()
    third = rotated(stack)
    assert stack.invoked()["message"] == "Hello world!"
    assert [stack.tellers(one["password"]) for one in (first, second, third)] == [[], [], []]

    down = stack.provision("teardown", "--yes").well()
    assert "Nothing is left." in down.out
    assert stack.processes() == {}
