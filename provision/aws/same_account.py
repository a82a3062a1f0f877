"""A command stays in the account that it began in, whatever becomes of the credentials meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from provision.errors import LedgerForeign

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.credentials import ReadOnlyCredentials


class SameAccount:
    """Credentials that are given out for a while (SSO, a helper program, a container's) may be another account's when
    botocore renews them: that account would be taken for this one with everything gone. `key` is the access key that
    is known to be of `account`; `ask` tells whose credentials are."""

    def __init__(
        self, session: Session, account: str, key: str | None, ask: Callable[[ReadOnlyCredentials], str]
    ) -> None:
        self._session = session
        self._account = account
        self._ask = ask
        self._lock = threading.Lock()
        self._known = {key}

    def apply(self, client: Any) -> None:
        """Look at the credentials before each request of this client; asks AWS only when they are new."""
        client.meta.events.register("before-sign", self._check)

    def _check(self, *, request: Any, **_: Any) -> None:
        """Raises `LedgerForeign` when they are another account's."""
        if (credentials := self._session.get_credentials()) is None:
            return
        from botocore.credentials import Credentials

        frozen = credentials.get_frozen_credentials()
        self._insist_on_ours(frozen)
        # Else botocore would ask for them once more, and any thread may have renewed them by then.
        signing = request.context.setdefault("signing", {})
        signing["request_credentials"] = Credentials(frozen.access_key or "", frozen.secret_key or "", frozen.token)

    def _insist_on_ours(self, frozen: ReadOnlyCredentials) -> None:
        with self._lock:
            if frozen.access_key in self._known:
                return
            if (account := self._ask(frozen)) != self._account:
                raise LedgerForeign(
                    what=f"The credentials have become those of account {account}, and this run is about account "
                    f"{self._account}.",
                    why="They were renewed while it was at work.",
                    hint="Give it the credentials that it began with, then run the same command again.",
                )
            self._known.add(frozen.access_key)
