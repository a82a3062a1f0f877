"""Makes the real databases and poolers what the account says, again and again, in a thread of its own.

It looks at the account, not at the calls: so a crash, a reboot or a kill -9 of PostgreSQL heals like everything else.
What of the account is saved late is saved here, and the log kept short.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from provision.aws.local import databases, proxies
from provision.aws.local.account import Account
from provision.aws.local.engines import Authority
from provision.aws.local.files import Files
from provision.aws.local.log import trim
from provision.aws.local.registry import Registry

log = logging.getLogger("provision.local")

LOOK_SECONDS = 1.0
"""How often it looks when nothing happened."""
FIRST_LOOK_SECONDS = 60


class Reconciler:
    """All engines of one account."""

    def __init__(self, files: Files, account: Account) -> None:
        self._account = account
        self._log = files.log
        files.engines.mkdir(exist_ok=True)  # once: where all was moved or removed meanwhile, no engine is made anew
        self._authority = Authority(files.authority)
        self._registry = Registry(folder=files.engines, log=files.log, authority=self._authority)
        self._databases: dict[str, databases.Server] = {}
        self._proxies: dict[str, proxies.Server] = {}
        self._wake = threading.Event()
        self._ending = False
        self._ours: Callable[[], bool] = lambda: True
        self._looked = threading.Event()
        self._thread = threading.Thread(target=self._run, name="reconciler", daemon=True)

    @property
    def bundle(self) -> Path:
        """PEM file with the root that all engines' certificates lead to."""
        return self._authority.bundle

    def start(self, ours: Callable[[], bool]) -> None:
        """Begin; returns at once. Once the folder is not `ours` any more, the process ends."""
        self._ours = ours
        self._thread.start()

    def wake(self) -> None:
        """Something in the account has changed."""
        self._wake.set()

    def await_first_look(self) -> None:
        """After a restart: until the engines have come back. Not to be called under the account's lock."""
        if self._thread.is_alive():
            self._looked.wait(FIRST_LOOK_SECONDS)

    def stop(self) -> None:
        """End, and end every engine; their data stays."""
        self._ending = True
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._end_engines()

    def _end_engines(self) -> None:
        for proxy in self._proxies.values():
            proxy.end()
        for database in self._databases.values():
            database.end()

    def processes(self) -> list[dict[str, Any]]:
        """One row for each engine, for `local status`."""
        servers: list[databases.Server | proxies.Server] = [*self._databases.values(), *self._proxies.values()]
        return [row for server in servers for row in server.rows()]

    def _run(self) -> None:
        self._tried(self._forget_strangers)
        while not self._ending:
            self._wake.clear()
            for step in (self._leave_what_is_lost, self._look, self._account.save_due, lambda: trim(self._log)):
                self._tried(step)
            self._looked.set()
            self._wake.wait(LOOK_SECONDS)

    def _tried(self, step: Callable[[], None]) -> None:
        try:
            step()
        except Exception:  # the next look may find it better
            log.exception("the reconciler stumbled")

    def _leave_what_is_lost(self) -> None:
        """Nothing may be written any more in a folder that is not ours: it is another's by now. Functions end with this
        process."""
        if self._ours():
            return
        log.error("the folder was moved or removed: this local AWS ends")
        try:
            self._end_engines()
        finally:
            os._exit(1)

    def _look(self) -> None:
        with self._account.lock:
            wanted = {one.key: one for one in databases.wanted(self._account)}
        for key in wanted.keys() - self._databases.keys():
            self._databases[key] = databases.Server(key, self._registry, self._account)
        together = [
            threading.Thread(target=server.reconcile, args=(wanted.get(key),), name=f"database {key}")
            for key, server in self._databases.items()
        ]
        for thread in together:
            thread.start()
        for thread in together:
            thread.join()
        self._databases = {key: one for key, one in self._databases.items() if not one.over}
        with self._account.lock:
            pools = {one.key: one for one in proxies.wanted(self._account)}
        for key in pools.keys() - self._proxies.keys():
            self._proxies[key] = proxies.Server(key, self._registry, self._account)
        for key, server in self._proxies.items():
            server.reconcile(pools.get(key), self._databases)
        self._proxies = {key: one for key, one in self._proxies.items() if not one.over}

    def _forget_strangers(self) -> None:
        """Engines whose making was not yet in the account when the process was killed, or whose end was."""
        with self._account.lock:
            known = {one.key for one in databases.wanted(self._account)}
            known |= {one.key for one in proxies.wanted(self._account)}
        self._registry.remove_all_but(known)
