"""The master password: given to the server by CreateDBInstance and ModifyDBInstance, and otherwise a role's as any."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import psycopg2

from provision.aws import local
from tests.databases import SMALL
from tests.local.conftest import Client, clients
from tests.waiting import until

FIRST = SMALL["MasterUserPassword"]


def logged_in(client: Client, password: str, statement: str = "SELECT 1") -> bool:
    """Whether the database takes the password; it then carries out the statement."""
    [one] = client("rds").describe_db_instances()["DBInstances"]
    place: dict[str, Any] = {"host": one["Endpoint"]["Address"], "port": one["Endpoint"]["Port"], "dbname": "postgres"}
    try:
        link = psycopg2.connect(**place, user=SMALL["MasterUsername"], password=password, sslmode="require")
    except psycopg2.OperationalError as error:
        if "password authentication failed" in str(error):
            return False
        raise
    with contextlib.closing(link), link, link.cursor() as cursor:
        cursor.execute(statement)
    return True


def up(client: Client) -> bool:
    [one] = client("rds").describe_db_instances()["DBInstances"]
    return bool(one["DBInstanceStatus"] == "available")


def test_what_sql_makes_of_it_stays_until_rds_is_given_another(folder: Path) -> None:
    """As a rotation does."""
    client = clients(local.ensure(folder).url)
    client("rds").create_db_instance(DBInstanceIdentifier="one", **SMALL)
    until(lambda: up(client))
    assert logged_in(client, FIRST, f"ALTER ROLE {SMALL['MasterUsername']} PASSWORD 'rotated-rotated'")
    local.stop(folder)
    client = clients(local.ensure(folder).url)
    until(lambda: up(client))
    assert logged_in(client, "rotated-rotated")
    assert not logged_in(client, FIRST)
    client("rds").modify_db_instance(DBInstanceIdentifier="one", MasterUserPassword=FIRST, ApplyImmediately=True)
    until(lambda: up(client) and logged_in(client, FIRST))
