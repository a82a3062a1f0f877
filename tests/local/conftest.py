"""A local AWS to talk to: the background process itself, as a command starts it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local
from provision.aws.local.functions import Functions
from tests.waiting import until

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


def alive(pid: int) -> bool:
    """Whether there is such a process, be it only its zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


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


@pytest.fixture
def functions(tmp_path: Path) -> Iterator[Functions]:
    functions = Functions(tmp_path / "functions", extra_environment={"PGSSLROOTCERT": "ca.pem"})
    yield functions
    functions.close()
