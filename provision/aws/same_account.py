"""A command stays in the account that it began in, whatever becomes of the credentials meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from provision.errors import LedgerForeign

if TYPE_CHECKING:
    from boto3.session import Session


class SameAccount:
    """Credentials that are given out for a while (SSO, a helper program, a container's) may be another account's when
    botocore renews them: that account would be taken for this one with everything gone. `ask` tells whose they are."""

    def __init__(self, session: Session, account: str, ask: Callable[[], str]) -> None:
        self._session = session
        self._account = account
        self._ask = ask
        self._lock = threading.Lock()
        self._known = {self._key()}

    def apply(self, client: Any) -> None:
        """Look at the credentials before each call of this client; asks AWS only when they are new."""
        client.meta.events.register("before-call", self._check)

    def _check(self, **_: Any) -> None:
        """Raises `LedgerForeign` when they are another account's."""
        key = self._key()
        with self._lock:
            if key in self._known:
                return
            if (account := self._ask()) != self._account:
                raise LedgerForeign(
                    what=f"The credentials have become those of account {account}, and this run is about account "
                    f"{self._account}.",
                    why="They were renewed while it was at work.",
                    hint="Give it the credentials that it began with, then run the same command again.",
                )
            self._known.add(key)

    def _key(self) -> str | None:
        credentials = self._session.get_credentials()
        return credentials.get_frozen_credentials().access_key if credentials else None
