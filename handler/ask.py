# ruff: noqa: INP001 -- the root of a zip is no package
"""One question to the database."""

from __future__ import annotations

from typing import Any

import psycopg2


def ask(link: Any, query: str, values: tuple[Any, ...] | None = None) -> Any:
    """The answer's one row. Raises psycopg2's errors with what the server said last.

    Of a connection that the server ends, psycopg2 raises libpq's last words alone (that it was closed) from libpq 14
    on; the server's reason stands before them in libpq's whole message.
    """
    try:
        with link.cursor() as cursor:
            cursor.execute(query, values)
            return cursor.fetchone()
    except psycopg2.OperationalError as error:
        if not link.closed:
            raise
        raise psycopg2.OperationalError(link.info.error_message or str(error)) from None
