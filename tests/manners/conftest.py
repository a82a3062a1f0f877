"""A served account in which time passes and calls go wrong, as each test sets it."""

from __future__ import annotations

import itertools
import time
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from botocore.config import Config

from provision.aws.local.app import LocalAws
from provision.aws.local.manners import Manners
from tests.served import REGION, Served, serving

ONCE = Config(retries={"total_max_attempts": 1}, read_timeout=60, connect_timeout=60)


class LifelikeAccount(Served):
    """Engines are ready when a test says so, and time passes when a test lets it."""

    def __init__(self, aws: LocalAws, manners: Manners, port: int) -> None:
        super().__init__(aws, manners, port)
        self._clients: dict[str, Any] = {}

    def client(self, service: str, config: Config = ONCE) -> Any:
        if config is not ONCE:
            return self._session.client(service, endpoint_url=self.url, config=config)  # type: ignore[call-overload]  # literal names
        if service not in self._clients:
            self._clients[service] = self._session.client(service, endpoint_url=self.url, config=config)  # type: ignore[call-overload]  # as above
        return self._clients[service]

    def advance(self, seconds: float) -> None:
        self.manners.set({"ahead_seconds": self.manners.settings.ahead_seconds + seconds})

    def engines_ready(self, *, but: Collection[str] = ()) -> None:
        """What the reconciler does once PostgreSQL and PgBouncer run; `but` are states in which an instance stays."""
        rds = self.aws.account.backend("rds", REGION)
        with self.aws.account.lock:
            for instance in [one for one in rds.databases.values() if one.status not in but]:
                instance.status, instance.reachable = "available", ("127.0.0.1", 5432)
            for proxy in rds.db_proxies.values():
                proxy.status = "available"
                for target in proxy.proxy_target_groups["default"].targets:
                    target.health = ("AVAILABLE", "", "")


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LifelikeAccount]:
    """One for all tests: making it takes longer than most of them."""
    looks = itertools.count(time.time(), 0.001)  # a moment at each look, however long the machine takes
    with serving(tmp_path_factory.mktemp("local"), LifelikeAccount, lambda: next(looks)) as account:
        yield account


@pytest.fixture
def account(served: LifelikeAccount) -> Iterator[LifelikeAccount]:
    """The account with nothing in it and no manners set."""
    served.empty()
    yield served
    served.manners.release()
