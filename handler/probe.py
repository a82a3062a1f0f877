# ruff: noqa: INP001 -- the root of a zip is no package
"""What stands between this function and its database, asked step by step, each timed, with the exact failure.

Answers the event `{"probe": true}`, of which `provision doctor` makes its diagnosis. Nothing kept is used or changed,
so that every step is taken anew. No step raises, and the password is in no answer.
"""

from __future__ import annotations

import socket
import ssl
import struct
import time
from collections.abc import Callable
from contextlib import closing
from typing import Any

from ask import ask  # type: ignore[import-not-found]  # beside this file at the root of the zip

SECONDS = 5.0
SSL_REQUEST = struct.pack("!II", 8, 80877103)
"""PostgreSQL: a client asks with this whether the server speaks TLS, before anything else is said."""
QUESTION = (
    "SELECT current_setting('server_version'), current_setting('max_connections')::int, "
    "(SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend')::int"
)


class Refused(Exception):
    """The server answered, and not as a PostgreSQL with TLS does."""


class Probe:
    """The steps in order; a step without what it needs from an earlier one is left out."""

    def __init__(self, place: Any, *, trust: str, credentials: Callable[[], Any], link: Callable[[Any], Any]) -> None:
        self._place = place
        self._trust = trust
        self._credentials = credentials
        self._link = link
        self._hidden: list[str] = []
        self.steps: list[dict[str, Any]] = []

    def run(self) -> dict[str, Any]:
        """All steps that could be taken."""
        who = self._step("secret", self._secret)
        address = self._step("resolve", self._resolve)
        reached = address and self._step("connect", lambda: self._connect(address))
        crypted = reached and self._step("tls", lambda: self._tls(address))
        link = crypted and who and self._step("authenticate", lambda: self._link(who))
        if link:
            with closing(link):
                self._step("query", lambda: self._query(link))
        return {
            "probe": self.steps,
            "host": self._place.host,
            "port": self._place.port,
            "database": self._place.database,
            "user": who.user if who else None,
        }

    def _step(self, name: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        step: dict[str, Any] = {"step": name, "ok": True}
        learned = None
        try:
            learned = work()
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is the answer
            step |= {"ok": False, "error": type(error).__name__, "text": self._words(error), "code": _code(error)}
        step["ms"] = round((time.perf_counter() - start) * 1000, 3)
        if name in {"tls", "query"} and learned:
            step["told"] = learned
        self.steps.append(step)
        return learned

    def _words(self, error: Exception) -> str:
        text = str(error).strip()
        for hidden in self._hidden:
            text = text.replace(hidden, "***")
        return text

    def _secret(self) -> Any:
        who = self._credentials()
        self._hidden.append(who.password)
        return who

    def _resolve(self) -> Any:
        found = socket.getaddrinfo(self._place.host, self._place.port, type=socket.SOCK_STREAM)
        return found[0][4][:2]

    def _connect(self, address: Any) -> bool:
        with socket.create_connection(address, timeout=SECONDS):
            return True

    def _tls(self, address: Any) -> dict[str, Any]:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # as strict as libpq; Python 3.13's default is stricter
        context.load_verify_locations(self._trust)
        with socket.create_connection(address, timeout=SECONDS) as plain:
            plain.sendall(SSL_REQUEST)
            answer = plain.recv(1)
            if answer != b"S":
                raise Refused("the server does not speak TLS" if answer == b"N" else "the server hung up")
            with context.wrap_socket(plain, server_hostname=self._place.host) as crypted:
                until: Any = (crypted.getpeercert() or {}).get("notAfter")
                return {"version": crypted.version(), "until": until}

    def _query(self, link: Any) -> dict[str, Any]:
        version, most, used = ask(link, QUESTION)
        return {"server_version": version, "max_connections": most, "connections": used}


def _code(error: Exception) -> str:
    """AWS's or PostgreSQL's own code, where there is one."""
    answer = getattr(error, "response", None)
    if isinstance(answer, dict):
        return str(answer.get("Error", {}).get("Code", ""))
    return str(getattr(error, "pgcode", None) or "")
