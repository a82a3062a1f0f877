# ruff: noqa: INP001 -- the root of a zip is no package
"""A connection to PostgreSQL that insists on the right server and gives up in time."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

TRUST = Path(__file__).with_name("rds-trust-bundle.pem")


@dataclass(frozen=True)
class Place:
    """Where the database is."""

    host: str
    port: int
    database: str


def connect(place: Place, who: Any) -> Any:
    """A new connection as `who`, of which each statement is its own transaction. Raises psycopg2's errors."""
    link = psycopg2.connect(
        host=place.host,
        port=place.port,
        dbname=place.database,
        user=who.user,
        password=who.password,
        sslmode="verify-full",
        sslrootcert=trust(),
        connect_timeout=5,
        keepalives_idle=30,
        keepalives_interval=5,
        keepalives_count=3,
        tcp_user_timeout=10_000,
    )
    link.autocommit = True  # an open transaction would keep the pooler's backend
    return link


def trust() -> str:
    """The file of the authorities whose servers are believed."""
    return os.environ.get("PGSSLROOTCERT") or str(TRUST)
