"""A command stays in the account that it began in, whatever becomes of the credentials meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from provision.errors import LedgerForeign

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.credentials import ReadOnlyCredentials


def given_out(session: Session) -> ReadOnlyCredentials | None:
    """What the session would sign by at this moment. Where a profile wants a role taken, some client of the session
    must have been built before: of it botocore takes the Region to do so."""
    credentials = session.get_credentials()
    return credentials.get_frozen_credentials() if credentials else None


def sign_by(client: Any, choose: Callable[[], ReadOnlyCredentials | None]) -> None:
    """Have each request of the client signed by just what `choose` returns for it; None leaves that to botocore, which
    then takes what the session gives out, and any thread may have that renewed at any moment."""

    def pin(*, request: Any, **_: Any) -> None:
        from botocore.credentials import Credentials

        if chosen := choose():
            own = Credentials(chosen.access_key or "", chosen.secret_key or "", chosen.token)
            request.context.setdefault("signing", {})["request_credentials"] = own

    client.meta.events.register("before-sign", pin)


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
        sign_by(client, self._checked)

    def _checked(self) -> ReadOnlyCredentials | None:
        """Raises `LedgerForeign` when they are another account's."""
        if (given := given_out(self._session)) is None:
            return None
        with self._lock:
            if given.access_key not in self._known:
                self._insist_on_ours(self._ask(given))
                self._known.add(given.access_key)
        return given

    def _insist_on_ours(self, account: str) -> None:
        if account != self._account:
            raise LedgerForeign(
                what=f"The credentials have become those of account {account}, and this run is about account "
                f"{self._account}.",
                why="They were renewed while it was at work.",
                hint="Give it the credentials that it began with, then run the same command again.",
            )
