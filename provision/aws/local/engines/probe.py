"""One attempt to log in, judged in RDS Proxy's words for a target's health."""

from __future__ import annotations

import contextlib
import socket
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

import psycopg2

_SECONDS = 5
_REFUSED_LOGIN = ("authentication failed", "no pg_hba.conf entry", "is not permitted to log in", 'role "')


class Reason(StrEnum):
    """Why a target is or is not healthy."""

    OK = "OK"
    AUTH_FAILURE = "AUTH_FAILURE"
    UNREACHABLE = "UNREACHABLE"
    CONNECTION_FAILED = "CONNECTION_FAILED"


class LoginOutcome(NamedTuple):
    """A reason, and in the server's own words why (empty when it let us in)."""

    reason: Reason
    description: str = ""


def probe(*, address: str, port: int, user: str, password: str, bundle: Path) -> LoginOutcome:
    """Log in to a server with TLS verified against `bundle`, within 5 s for each step. Raises nothing for a refusal."""
    try:
        socket.create_connection((address, port), timeout=_SECONDS).close()
    except OSError as error:
        return LoginOutcome(Reason.UNREACHABLE, str(error))
    try:
        connection = psycopg2.connect(
            host=address,
            port=port,
            user=user,
            password=password,
            dbname="postgres",
            sslmode="verify-full",
            sslrootcert=str(bundle),
            connect_timeout=_SECONDS,
        )
    except psycopg2.OperationalError as error:
        said = str(error).strip()
        refused = any(words in said for words in _REFUSED_LOGIN)
        return LoginOutcome(Reason.AUTH_FAILURE if refused else Reason.CONNECTION_FAILED, said)
    with contextlib.closing(connection):
        return LoginOutcome(Reason.OK)
