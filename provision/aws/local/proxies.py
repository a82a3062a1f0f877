"""Real PgBouncer in front of the account's databases.

Attributes that moto's DBProxy has beside its own: `reachable`, the address at which it listens; its targets have
`health`, a (state, reason, description).
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provision.aws.local import databases, health
from provision.aws.local.account import Account
from provision.aws.local.corrections import interfaces
from provision.aws.local.engines import POOLER_ADDRESS, AddressTaken, EngineFailed, PoolerSettings
from provision.aws.local.health import AVAILABLE, Health
from provision.aws.local.registry import Registry

log = logging.getLogger("provision.local")


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A proxy as the account has it. `key` is the last part of its ARN, which no second one ever has."""

    key: str
    name: str
    address: str
    status: str
    require_tls: bool
    pool_percent: int
    borrow_timeout: int
    users: Mapping[str, str]
    target: str | None
    obstacle: Health | None
    """The target's DbiResourceId, and why the proxy cannot use it, as far as the account tells."""


def wanted(account: Account) -> Iterator[Wanted]:
    """Every proxy in the account. To be read under its lock."""
    for rds in account.regions("rds").values():
        for proxy in rds.db_proxies.values():
            group = proxy.proxy_target_groups["default"]
            instance = _instance(rds, group)
            users, obstacle = health.credentials(account, proxy)
            yield Wanted(
                key=proxy.unique_id,
                name=proxy.db_proxy_name,
                address=proxy.reachable,
                status=proxy.status,
                require_tls=bool(proxy.require_tls),
                pool_percent=int(group.max_connections),
                borrow_timeout=int(group.borrow_timeout),
                users=users,
                target=instance.dbi_resource_id if instance else None,
                obstacle=obstacle or (health.unreachable(account, proxy, instance) if instance else None),
            )


def free_address(account: Account) -> str:
    """Where the next proxy may listen. All listen on their database's port, so on Linux each has its own address."""
    taken = {proxy.reachable for rds in account.regions("rds").values() for proxy in rds.db_proxies.values()}
    if sys.platform != "linux":
        return POOLER_ADDRESS
    first, _, last = POOLER_ADDRESS.rpartition(".")
    return next(f"{first}.{number}" for number in range(int(last), 255) if f"{first}.{number}" not in taken)


def found(account: Account, key: str) -> Any | None:
    """moto's proxy with that id. To be asked under the account's lock."""
    everywhere = (one for rds in account.regions("rds").values() for one in rds.db_proxies.values())
    return next((one for one in everywhere if one.unique_id == key), None)


def _instance(rds: Any, group: Any) -> Any | None:
    return next((rds.databases.get(target.rds_resource_id) for target in group.targets), None)


class Server:
    """The PgBouncer behind one proxy."""

    def __init__(self, key: str, registry: Registry, account: Account) -> None:
        self.over = False
        self._engine = registry.pooler(key)
        self._key = key
        self._account = account
        self._laid_down = ("", "")
        self._listens: tuple[str, int] | None = None
        self._since = time.time()
        self._name = key

    def reconcile(self, wanted: Wanted | None, servers: Mapping[str, databases.Server]) -> None:
        """Make the pooler what is wanted; None: nothing."""
        try:
            self._reconcile(wanted, servers)
        except (EngineFailed, OSError, ValueError) as error:
            log.error("proxy %s: %s", self._name, error)  # noqa: TRY400 - the engine's words say it all

    def end(self) -> None:
        """Stop the pooler."""
        self._engine.stop()

    def rows(self) -> Iterator[dict[str, Any]]:
        """For `local status`."""
        pid = self._engine.pid
        port = self._listens[1] if self._listens else None
        age = time.time() - self._since if pid else None
        state = "running" if pid else "waiting for its database"
        yield {"what": f"proxy {self._name}", "state": state, "pid": pid, "port": port, "age": age}

    def _reconcile(self, wanted: Wanted | None, servers: Mapping[str, databases.Server]) -> None:
        if wanted is None or wanted.status == "deleting":
            self._engine.delete()
            self.over = True
            self._forget()
            return
        self._name = wanted.name
        server = servers.get(wanted.target or "")
        if server and server.serving:
            self._run(wanted, server)
        self._become(wanted, server)

    def _run(self, wanted: Wanted, server: databases.Server) -> None:
        """Listen on the database's own port, so that a client changes nothing but the host."""
        settings = PoolerSettings(
            address=wanted.address,
            port=server.engine.port,
            pool_size=max(1, databases.MAX_CONNECTIONS * wanted.pool_percent // 100),
            borrow_timeout=wanted.borrow_timeout,
            require_tls=wanted.require_tls,
        )
        users = {} if wanted.obstacle else wanted.users
        laid_down = (_fingerprint(vars(settings)), _fingerprint(_logins(users, server)))
        if laid_down == self._laid_down and self._engine.running:
            return
        listens = (settings.address, settings.port)
        # RDS Proxy logs in with the secret's password, PgBouncer with the keys of each client's own log-in: with
        # another password those who are connected would wait for a backend that none of them can have any more.
        if self._listens != listens or self._laid_down[1] != laid_down[1]:
            self._engine.stop()
        self._engine.configure(settings, users=users, target=server.engine)
        try:
            self._engine.start()
        except AddressTaken:
            server.engine.move()
            return
        self._laid_down, self._listens, self._since = laid_down, listens, time.time()

    def _become(self, wanted: Wanted, server: databases.Server | None) -> None:
        verdict = self._verdict(wanted, server)
        with self._account.lock:
            proxy = found(self._account, self._key)
            if proxy is None or proxy.status == "deleting":
                return
            targets = proxy.proxy_target_groups["default"].targets
            before = (proxy.status, [target.health for target in targets])
            if proxy.status == wanted.status:
                proxy.status = "available"
            for target in targets:
                target.health = verdict
            if before != (proxy.status, [target.health for target in targets]):
                self._account.save()
                log.info("proxy %s is %s, its target %s", wanted.name, proxy.status, " ".join(verdict))

    def _verdict(self, wanted: Wanted, server: databases.Server | None) -> Health:
        if wanted.obstacle:
            return wanted.obstacle
        if server is None or not server.serving:
            return Health("UNAVAILABLE", "UNREACHABLE", "The DB instance is not available.")
        for user, password in wanted.users.items():
            said = self._engine.probe(server.engine, user=user, password=password)
            if said.reason != "OK":
                return Health("UNAVAILABLE", str(said.reason), said.description)
        return AVAILABLE

    def _forget(self) -> None:
        """The pooler and its files are gone: now the proxy is."""
        with self._account.lock:
            proxy = found(self._account, self._key)
            if proxy is None:
                return
            proxy.backend.delete_db_proxy(proxy.db_proxy_name)
            interfaces.reconcile(self._account)
            self._account.save()
        log.info("proxy %s is gone", self._name)


def _logins(users: Mapping[str, str], server: databases.Server) -> dict[str, tuple[str, str | None]]:
    """Each user's password, and what the database keeps for it."""
    return {user: (users[user], server.engine.verifier(user)) for user in users}


def _fingerprint(facts: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
