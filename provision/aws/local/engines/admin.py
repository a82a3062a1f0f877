"""What only the superuser may do: make roles and databases, set passwords, read verifiers.

RDS keeps a superuser named `rdsadmin` for itself. Ours proves who it is with a certificate and has no password at all.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 -- it is a class

from provision.aws.local.engines.authority import Authority
from provision.aws.local.engines.home import EngineFailed
from provision.aws.local.engines.private import write_private

ADMIN = "rdsadmin"


class Admin:
    """The superuser of the database in `folder`. Every method raises EngineFailed when the server refuses."""

    def __init__(self, folder: Path, authority: Authority, *, address: str, port: int) -> None:
        self._certificate = folder / "admin.crt"
        self._key = folder / "admin.key"
        self._authority = authority
        self._address = address
        self._port = port

    def make_role(self, user: str, *, verifier: str) -> None:
        """Make the master user. Like RDS's it can do much, without being a superuser."""
        make = sql.SQL("CREATE ROLE {} LOGIN CREATEDB CREATEROLE PASSWORD %s IN ROLE rds_superuser")
        with self._cursor() as cursor:
            cursor.execute("CREATE ROLE rds_superuser NOLOGIN")
            cursor.execute("GRANT pg_monitor, pg_signal_backend TO rds_superuser WITH ADMIN OPTION")
            cursor.execute(make.format(sql.Identifier(user)), [verifier])

    def make_database(self, name: str, *, owner: str) -> None:
        """Make a database, or hand over the one that PostgreSQL starts with."""
        statement = "ALTER DATABASE {} OWNER TO {}" if name == "postgres" else "CREATE DATABASE {} OWNER {}"
        with self._cursor() as cursor:
            cursor.execute(sql.SQL(statement).format(sql.Identifier(name), sql.Identifier(owner)))

    def set_verifier(self, user: str, verifier: str) -> None:
        """Change a user's password."""
        with self._cursor() as cursor:
            cursor.execute(sql.SQL("ALTER ROLE {} PASSWORD %s").format(sql.Identifier(user)), [verifier])

    def verifier(self, user: str) -> str | None:
        """What the server keeps for a user's password, None if there is no such user or it has none."""
        with self._cursor() as cursor:
            cursor.execute("SELECT rolpassword FROM pg_authid WHERE rolname = %s", [user])
            row = cursor.fetchone()
        return str(row[0]) if row and row[0] else None

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        if not self._key.exists():
            certificate, key = self._authority.client(ADMIN)
            write_private(self._certificate, certificate)
            write_private(self._key, key)
        try:
            link = psycopg2.connect(
                host=self._address,
                port=self._port,
                user=ADMIN,
                dbname="postgres",
                sslmode="verify-full",
                sslrootcert=str(self._authority.bundle),
                sslcert=str(self._certificate),
                sslkey=str(self._key),
                connect_timeout=5,
            )
            link.autocommit = True
            with contextlib.closing(link), link.cursor() as cursor:
                yield cursor
        except psycopg2.Error as error:
            # The rest of the message could quote the statement.
            raise EngineFailed(error.diag.message_primary or str(error)) from None
