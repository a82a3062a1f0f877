# ruff: noqa: INP001 -- the root of a zip is no package
"""Whether it was the password that a database, or what stands before it, did not take."""

from __future__ import annotations

import psycopg2

# psycopg2 gives no SQLSTATE for a refused connection: PostgreSQL, a pooler and RDS Proxy are told by their words.
REFUSED = (
    "password authentication failed",
    "sasl authentication failed",
    "the password that was provided for the role",
    "has no credentials for the role",
)


def is_refusal(error: psycopg2.Error) -> bool:
    """Of an error in connecting."""
    return error.pgcode in {"28P01", "28000"} or any(words in str(error).lower() for words in REFUSED)
