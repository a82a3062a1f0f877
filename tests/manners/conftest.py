"""A local AWS served over HTTP in this process; nothing stands behind it, so that nothing takes time."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.moto_api._internal.models import moto_api_backend

from provision.aws.local.app import LocalAws
from provision.aws.local.manners import Manners, Settings, install
from provision.aws.local.manners.kept import kept
from provision.aws.local.places import Places
from provision.aws.local.serving import listen

REGION = "eu-west-1"
ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=60, connect_timeout=60)


class Account:
    """The account as a test sees it: `manners`, boto3's clients, and what the engines would do."""

    def __init__(self, aws: LocalAws, manners: Manners, port: int) -> None:
        self.aws = aws
        self.manners = manners
        self.url = f"http://127.0.0.1:{port}"
        session: Any = boto3.Session(aws_access_key_id="local", aws_secret_access_key="local", region_name=REGION)
        self._session = session
        self._clients: dict[str, Any] = {}

    def client(self, service: str, config: Config = ONCE) -> Any:
        if config is not ONCE:
            return self._session.client(service, endpoint_url=self.url, config=config)
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self.url, config=config)
        return self._clients[service]

    def advance(self, seconds: float) -> None:
        self.manners.set({"ahead_seconds": self.manners.settings.ahead_seconds + seconds})

    def engines_ready(self, *, but: Collection[str] = ()) -> None:
        """What the keeper does once PostgreSQL and PgBouncer run; `but` are states in which an instance stays."""
        rds = self.aws.account.backend("rds", REGION)
        with self.aws.account.lock:
            for instance in [one for one in rds.databases.values() if one.status not in but]:
                instance.status, instance.reachable = "available", ("127.0.0.1", 5432)
            for proxy in rds.db_proxies.values():
                proxy.status = "available"
                for target in proxy.proxy_target_groups["default"].targets:
                    target.health = ("AVAILABLE", "", "")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """One for all tests: making it takes longer than most of them."""
    places = Places(tmp_path_factory.mktemp("local"))
    places.make()
    aws = LocalAws(places)
    manners = install(aws)
    server = listen(aws.wsgi, "127.0.0.1")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Account(aws, manners, server.port)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def account(served: Account) -> Iterator[Account]:
    """The account with nothing in it and no manners set."""
    with served.aws.account.lock:
        moto_api_backend.reset()  # moto's account is the whole process's, other tests' too
    served.manners.set(Settings().as_dict())
    served.manners.reset_calls()
    for memory in (kept(served.aws.account)["fresh"], kept(served.aws.account)["ghosts"]):
        memory.clear()
    yield served
    served.manners.release()
