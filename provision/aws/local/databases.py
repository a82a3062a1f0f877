"""Real PostgreSQL behind the account's DB instances.

Attributes that moto's DBInstance has beside its own: `reachable`, the (address, port) of the running server or None;
`deletion`, what DeleteDBInstance asked for, while the instance is still there as `deleting`; and `password_set`, the
master password that the server has been given. AWS gives it each once: what SQL makes of it afterwards stays.
"""

from __future__ import annotations

import json
import logging
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from moto.rds.models import Event

from provision.aws.local.account import Account
from provision.aws.local.corrections import db_parameters, interfaces
from provision.aws.local.engines import EngineFailed
from provision.aws.local.engines.scram import matches
from provision.aws.local.registry import Registry

log = logging.getLogger("provision.local")

DOWN = frozenset({"stopping", "stopped"})
SETTLED = frozenset({"available", "stopped", "failed"})
MAX_CONNECTIONS = 100


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """An instance as the account has it. `key` is its DbiResourceId, which no second one ever has."""

    key: str
    identifier: str
    status: str
    user: str
    password: str | None
    password_set: str | None
    name: str | None
    force_ssl: bool


def wanted(account: Account) -> Iterator[Wanted]:
    """Every PostgreSQL instance in the account. To be read under its lock."""
    for rds in account.regions("rds").values():
        for instance in rds.databases.values():
            if instance.engine == "postgres":
                yield Wanted(
                    key=instance.dbi_resource_id,
                    identifier=instance.db_instance_identifier,
                    status=instance.status,
                    user=instance.master_username or "postgres",
                    password=_password(account, instance),
                    password_set=getattr(instance, "password_set", None),
                    name=instance.db_name,
                    force_ssl=db_parameters.forces_ssl(instance),
                )


def found(account: Account, key: str) -> Any | None:
    """moto's instance with that DbiResourceId. To be asked under the account's lock."""
    everywhere = (one for rds in account.regions("rds").values() for one in rds.databases.values())
    return next((one for one in everywhere if one.dbi_resource_id == key), None)


def _password(account: Account, instance: Any) -> str | None:
    """The master password: the caller's, or the one in the secret that RDS manages; None where that tells none."""
    if not instance.manage_master_user_password:
        return str(instance._master_user_password)  # noqa: SLF001 - moto's property is for writing only
    try:
        secret = account.backend("secretsmanager", instance.region).secrets[instance.master_user_secret.secret_arn]
        return str(json.loads(secret.versions[secret.default_version_id]["secret_string"])["password"])
    except (KeyError, TypeError, ValueError):
        return None


def _note_failure(instance: Any, why: str) -> None:
    """As AWS does, in the instance's events; the engine's first line has the reason."""
    event = Event("DB_INSTANCE_CREATE", instance)
    event.message, event.event_categories = f"PostgreSQL: {why.splitlines()[0]}", ["failure"]
    instance.backend.events.append(event)


class Server:
    """The PostgreSQL behind one instance."""

    def __init__(self, key: str, registry: Registry, account: Account) -> None:
        self.engine = registry.database(key)
        self.over = False
        self._key = key
        self._account = account
        self._applied: tuple[str | None, bool] | None = None
        self._since = time.time()
        self._name = key

    @property
    def serving(self) -> bool:
        """Whether it runs with the password and parameters that the account has."""
        return self._applied is not None and self.engine.running

    def reconcile(self, wanted: Wanted | None) -> None:
        """Make the server what is wanted; None: nothing."""
        try:
            self._reconcile(wanted)
        except (EngineFailed, OSError, ValueError) as error:
            log.error("database %s: %s", self._name, error)  # noqa: TRY400 - the engine's words say it all
            if wanted and wanted.status not in SETTLED:
                self._become(wanted, "failed", why=str(error))

    def end(self) -> None:
        """Stop the server."""
        self.engine.stop()

    def rows(self) -> Iterator[dict[str, Any]]:
        """For `local status`."""
        pid = self.engine.pid
        state = "running" if pid else "stopped"
        port = self.engine.port if self.engine.exists else None
        age = time.time() - self._since if pid else None
        yield {"what": f"database {self._name}", "state": state, "pid": pid, "port": port, "age": age}

    def _reconcile(self, wanted: Wanted | None) -> None:
        if wanted is None or wanted.status == "deleting":
            self.engine.delete()
            self.over = True
            self._forget()
            return
        self._name = wanted.identifier
        if wanted.status == "failed":
            return
        if wanted.status in DOWN:
            self._applied = None
            self.engine.stop()
            self._become(wanted, "stopped")
            return
        if wanted.status == "rebooting":
            self.engine.stop()
        self._run(wanted)
        self._become(wanted, "available")

    def _run(self, wanted: Wanted) -> None:
        told = wanted.password in (None, wanted.password_set)
        if not self.engine.exists:
            self.engine.create(
                user=wanted.user,
                password=wanted.password or secrets.token_urlsafe(),
                database=wanted.name,
                max_connections=MAX_CONNECTIONS,
                force_ssl=wanted.force_ssl,
            )
            self._note_password(wanted.password)
            self._applied, told = (wanted.password, wanted.force_ssl), True
            self._since = time.time()
        if not self.engine.running:
            self.engine.start()
            self._since = time.time()
        if self._applied == (wanted.password, wanted.force_ssl) and told:
            return
        if wanted.password and not told and not matches(wanted.password, self.engine.verifier(wanted.user) or ""):
            self.engine.set_password(wanted.user, wanted.password)
        self.engine.configure(force_ssl=wanted.force_ssl)
        self._applied = (wanted.password, wanted.force_ssl)
        self._note_password(wanted.password)

    def _note_password(self, password: str | None) -> None:
        with self._account.lock:
            instance = found(self._account, self._key)
            if instance is not None and _password(self._account, instance) == password:
                instance.password_set = password
                self._account.save()

    def _become(self, wanted: Wanted, status: str, *, why: str = "") -> None:
        """Tell the account, unless it has meanwhile been told otherwise."""
        reachable = (self.engine.address, self.engine.port) if status == "available" else None
        with self._account.lock:
            instance = found(self._account, self._key)
            if instance is None or instance.status != wanted.status:
                return
            if (instance.status, instance.reachable) == (status, reachable):
                return
            instance.status = status
            instance.reachable = reachable
            if why:
                _note_failure(instance, why)
            self._account.save()
        log.info("database %s is %s", wanted.identifier, status)

    def _forget(self) -> None:
        """The server and its files are gone: now the instance is."""
        with self._account.lock:
            instance = found(self._account, self._key)
            if instance is None:
                return
            instance.deletion_protection = False
            instance.backend.delete_db_instance(instance.db_instance_identifier, **instance.deletion)
            interfaces.reconcile(self._account)
            self._account.save()
        log.info("database %s is gone", self._name)
