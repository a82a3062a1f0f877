"""A local AWS to talk to: the background process itself, as a command starts it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local

PATIENCE = 60.0
Client = Callable[[str], Any]


def clients(url: str, region: str = "us-east-1") -> Client:
    """boto3 clients by service name."""
    import boto3

    session: Any = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=region)
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = session.client(service, endpoint_url=url)
        return made[service]

    return client


def until(question: Callable[[], Any]) -> Any:
    """The first true answer. Fails the test when there is none for a minute."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := question()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(0.05)
    return answer


def trust(service: str) -> str:
    """A trust policy for one service of AWS."""
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A local AWS's folder; whatever runs on it ends with the test, and its databases' files go."""
    place = tmp_path / "local"
    yield place
    end(place)


def end(place: Path) -> None:
    """Delete the databases, whose files may lie elsewhere, and stop."""
    if not place.exists() or not list(place.glob("engines/*")):
        local.stop(place)
        return
    rds = clients(local.ensure(place).url)("rds")
    for proxy in rds.describe_db_proxies()["DBProxies"]:
        rds.delete_db_proxy(DBProxyName=proxy["DBProxyName"])
    for instance in rds.describe_db_instances()["DBInstances"]:
        name = instance["DBInstanceIdentifier"]
        rds.modify_db_instance(DBInstanceIdentifier=name, DeletionProtection=False)
        rds.delete_db_instance(DBInstanceIdentifier=name, SkipFinalSnapshot=True)
    until(lambda: not list(place.glob("engines/*")))
    local.stop(place)


@pytest.fixture(scope="session")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """One local AWS for all tests that make what nobody else names."""
    place = tmp_path_factory.mktemp("shared") / "local"
    yield clients(local.ensure(place).url)
    end(place)
