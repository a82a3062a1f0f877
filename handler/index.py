# ruff: noqa: INP001 -- the root of a zip is no package
"""The Lambda function: says hello through PostgreSQL, and tells how it got there.

Where the database is comes from the environment (`DB_ENDPOINT_ADDRESS`, `DB_PORT`, `DB_NAME`), who to be there from
the secret `DB_SECRET_ARN`. Secret and connection are kept for the next invocation in this process. Nothing here pins
a session of RDS Proxy: no SET, no startup options, no named cursor, autocommit.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import psycopg2
from ask import ask  # type: ignore[import-not-found]  # beside this file at the root of the zip
from bench import bench  # type: ignore[import-not-found]  # likewise
from configuration import BadConfiguration, variable  # type: ignore[import-not-found]  # likewise
from connecting import Place, connect, trust  # type: ignore[import-not-found]  # likewise
from credentials import Credentials, fetch  # type: ignore[import-not-found]  # likewise
from probe import Probe  # type: ignore[import-not-found]  # likewise
from refusals import is_refusal  # type: ignore[import-not-found]  # likewise

HELLO = "Hello world!"
WAITED = ("query_wait_timeout", "timed-out waiting to acquire")
"""How a pooler and RDS Proxy say that none of their connections became free in time."""


@dataclass
class Kept:
    """What this process keeps between invocations."""

    secrets: dict[str, Credentials] = field(default_factory=dict)
    place: tuple[Place, str] | None = None
    link: Any = None

    def drop_link(self) -> None:
        """Close the connection, which may be dead already."""
        link, self.link = self.link, None
        if link is not None:
            link.close()


@dataclass
class Spent:
    """Milliseconds; 0.0 for what was not needed."""

    secret_ms: float = 0.0
    connect_ms: float = 0.0
    query_ms: float = 0.0


KEPT = Kept()


def handler(event: Any, context: Any) -> dict[str, Any]:  # noqa: ARG001 -- Lambda's signature
    """What the database said, as JSON. Raises what went wrong, so that Lambda reports it.

    The event `{"probe": true}` is answered with each step on the way there instead, `{"bench": {...}}` with times.
    """
    place, arn = Place(variable("DB_ENDPOINT_ADDRESS"), _port(), variable("DB_NAME")), variable("DB_SECRET_ARN")
    if isinstance(event, dict) and event.get("probe") is True:
        return _probe(place, arn)
    if isinstance(event, dict) and isinstance(event.get("bench"), dict):
        return _bench(event["bench"], place, arn)
    spent = Spent()
    row = None
    if KEPT.link is not None and KEPT.place == (place, arn):
        row = _ask_kept(spent)
    reused = row is not None
    if row is None:
        KEPT.drop_link()
        link = _connect(place, arn, spent)
        try:
            row = _ask(link, spent)
        except psycopg2.Error:
            link.close()
            raise
        KEPT.link, KEPT.place = link, (place, arn)
    message, backend = row
    return {
        "message": message,
        "host": place.host,
        "port": place.port,
        "database": place.database,
        "server_version": _version(KEPT.link.server_version),
        "backend_pid": backend,
        "connection": "reused" if reused else "new",
        "secret_ms": spent.secret_ms,
        "connect_ms": spent.connect_ms,
        "query_ms": spent.query_ms,
    }


def _probe(place: Place, arn: str) -> dict[str, Any]:
    probe = Probe(place, trust=trust(), credentials=lambda: fetch(arn), link=lambda who: _open(place, who, Spent()))
    return dict(probe.run())


def _bench(wish: dict[str, Any], place: Place, arn: str) -> dict[str, Any]:
    if wish.get("direct") is True:
        host, port = _credentials(arn, Spent()).place()
        place = Place(host, port, place.database)
    return dict(bench(wish, place, lambda: _connect(place, arn, Spent())))


def _port() -> int:
    text = variable("DB_PORT")
    if not text.isdecimal():
        raise BadConfiguration("the environment variable DB_PORT is not a number")
    return int(text)


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 3)


def _version(number: int) -> str:
    """170010 is 17.10 (PostgreSQL: PQserverVersion, 10 and newer)."""
    return f"{number // 10000}.{number % 10000}"


def _ask(link: Any, spent: Spent) -> tuple[str, int]:
    start = time.perf_counter()
    message, backend = ask(link, "SELECT %s::text, pg_backend_pid()", (HELLO,))
    spent.query_ms = _since(start)
    return message, backend


def _ask_kept(spent: Spent) -> tuple[str, int] | None:
    """None when the connection turns out dead, which only using it shows.

    Raises that no backend became free: to wait once more may take longer than the function has.
    """
    try:
        return _ask(KEPT.link, spent)
    except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
        if any(words in str(error).lower() for words in WAITED):
            KEPT.drop_link()
            raise
        return None


def _connect(place: Place, arn: str, spent: Spent) -> Any:
    """A new connection; a refused password is read again once, because it may have been rotated."""
    was_kept = arn in KEPT.secrets
    try:
        return _open(place, _credentials(arn, spent), spent)
    except psycopg2.OperationalError as error:
        if not was_kept or not is_refusal(error):
            raise
    del KEPT.secrets[arn]
    return _open(place, _credentials(arn, spent), spent)


def _open(place: Place, who: Credentials, spent: Spent) -> Any:
    start = time.perf_counter()
    try:
        return connect(place, who)
    finally:
        spent.connect_ms = round(spent.connect_ms + _since(start), 3)


def _credentials(arn: str, spent: Spent) -> Credentials:
    if arn not in KEPT.secrets:
        start = time.perf_counter()
        KEPT.secrets[arn] = fetch(arn)
        spent.secret_ms = round(spent.secret_ms + _since(start), 3)
    return KEPT.secrets[arn]
