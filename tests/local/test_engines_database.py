"""A real PostgreSQL: who gets in and how, what survives, what is left."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from provision.aws.local.engines import Authority, Database, EngineFailed, Reason, probe
from provision.aws.local.engines.home import unprivileged
from tests.local.conftest import alive
from tests.waiting import until

USER = "postgres"
PASSWORD = "Correct-Horse.42"
NAME = "cloudtechsimplified"

pytestmark = pytest.mark.filterwarnings("error")


def ask(database: Database, statement: str, **how: Any) -> Any:
    """The single value that a statement yields, over a connection of its own."""
    place = {"host": database.address, "port": database.port, "user": USER, "password": PASSWORD, "dbname": NAME}
    with contextlib.closing(psycopg2.connect(**{**place, "sslmode": "verify-full", **how})) as link:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(statement)
            row = cursor.fetchone() if cursor.description else None
    return row[0] if row else None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Closed to everybody else, as a checkout in root's home is."""
    folder = tmp_path_factory.mktemp("closed")
    folder.chmod(0o700)
    return folder


@pytest.fixture(scope="module")
def authority(folder: Path) -> Authority:
    return Authority(folder / "ca")


@pytest.fixture(scope="module")
def database(folder: Path, authority: Authority) -> Iterator[Database]:
    database = Database(folder / "database", authority)
    database.create(user=USER, password=PASSWORD, database=NAME, max_connections=30)
    yield database
    database.delete()


@pytest.fixture
def trusted(authority: Authority) -> dict[str, Any]:
    return {"sslrootcert": str(authority.bundle)}


@pytest.fixture
def files(database: Database, trusted: dict[str, Any]) -> Path:
    return Path(ask(database, "SHOW data_directory", **trusted))


def test_lets_in_who_verifies_its_certificate(database: Database, trusted: dict[str, Any]) -> None:
    assert ask(database, "SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid()", **trusted) == "TLSv1.3"
    assert ask(database, "SHOW max_connections", **trusted) == "30"


def test_another_authority_does_not_vouch_for_it(database: Database, tmp_path: Path) -> None:
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        ask(database, "SELECT 1", sslrootcert=str(Authority(tmp_path).bundle))


def test_refuses_a_plain_connection_in_the_words_of_rds(database: Database, trusted: dict[str, Any]) -> None:
    with pytest.raises(psycopg2.OperationalError, match=r"no pg_hba\.conf entry for host .*no encryption"):
        ask(database, "SELECT 1", sslmode="disable")
    database.configure(force_ssl=False)
    try:
        until(lambda: answers(database, sslmode="disable"))
    finally:
        database.configure(force_ssl=True)
    until(lambda: not answers(database, sslmode="disable"))
    assert answers(database, **trusted)


def answers(database: Database, **how: Any) -> bool:
    try:
        return bool(ask(database, "SELECT 1", **how) == 1)
    except psycopg2.OperationalError:
        return False


def test_nobody_is_the_superuser_without_its_certificate(database: Database, trusted: dict[str, Any]) -> None:
    with pytest.raises(psycopg2.OperationalError, match="requires a valid client certificate"):
        ask(database, "SELECT 1", user="rdsadmin", **trusted)


def test_the_master_user_makes_roles_and_databases_but_is_no_superuser(
    database: Database, trusted: dict[str, Any]
) -> None:
    attributes = "SELECT array[rolcreaterole, rolcreatedb, rolsuper] FROM pg_roles WHERE rolname = current_user"
    assert ask(database, attributes, **trusted) == [True, True, False]
    assert ask(database, "SELECT pg_has_role('rds_superuser', 'MEMBER')", **trusted) is True
    ask(database, "CREATE TABLE public.own (id int)", **trusted)
    ask(database, "DROP TABLE public.own", **trusted)


def test_keeps_a_scram_verifier_and_the_password_nowhere(database: Database, folder: Path, files: Path) -> None:
    assert (database.verifier(USER) or "").startswith("SCRAM-SHA-256$4096:")
    database.set_password(USER, PASSWORD)
    places = [path for top in (folder, files.parent) for path in top.rglob("*") if path.is_file()]
    assert files / "global" / "pg_control" in places
    assert [path for path in places if PASSWORD.encode() in content(path)] == []


def content(path: Path) -> bytes:
    """Nothing of a file that the server has removed meanwhile."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_bytes()
    return b""


def test_its_keys_and_rows_are_for_its_user_alone(folder: Path, files: Path) -> None:
    keys = [*folder.rglob("*.key"), *files.rglob("*.key")]
    assert {path.name for path in keys} == {"ca.key", "admin.key", "server.key"}
    assert {path.stat().st_mode & 0o077 for path in [*keys, files, files.parent]} == {0}


def test_a_new_password_opens_and_the_old_one_does_not(database: Database, authority: Authority) -> None:
    def reason(password: str) -> Reason:
        return probe(
            address=database.address, port=database.port, user=USER, password=password, bundle=authority.bundle
        ).reason

    database.set_password(USER, "another one")
    try:
        assert (reason("another one"), reason(PASSWORD)) == (Reason.OK, Reason.AUTH_FAILURE)
    finally:
        database.set_password(USER, PASSWORD)
    assert reason(PASSWORD) is Reason.OK


def test_a_user_that_is_not_there_has_neither_password_nor_verifier(database: Database) -> None:
    assert database.verifier("nobody at all") is None
    with pytest.raises(EngineFailed, match="does not exist"):
        database.set_password("nobody at all", PASSWORD)


def test_rows_survive_a_kill_and_its_port_too(database: Database, trusted: dict[str, Any]) -> None:
    ask(database, "CREATE TABLE kept AS SELECT 42 AS answer", **trusted)
    port, pid = database.port, database.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not database.running)
    assert database.start() is False
    assert (database.port, ask(database, "SELECT answer FROM kept", **trusted)) == (port, 42)


def test_starts_although_its_lost_process_id_is_now_somebody_elses(
    database: Database, files: Path, trusted: dict[str, Any]
) -> None:
    pid = database.pid
    assert pid
    user = unprivileged()
    with subprocess.Popen(["sleep", "60"], user=user and user.pw_uid) as other:
        try:
            os.kill(pid, signal.SIGKILL)
            until(lambda: not alive(pid))
            pid_file = files / "postmaster.pid"
            pid_file.write_text(pid_file.read_text().replace(str(pid), str(other.pid), 1))
            assert not database.running
            database.stop()
            assert other.poll() is None, "signalled a process that is not the database's"
            database.start()
            assert ask(database, "SELECT 1", **trusted) == 1
        finally:
            other.kill()


def test_takes_another_port_when_its_own_is_taken(database: Database, trusted: dict[str, Any]) -> None:
    before = database.port
    database.stop()
    with socket.create_server((database.address, before)):
        assert database.start() is True
    assert database.port != before
    assert ask(database, "SELECT 1", **trusted) == 1


def test_is_found_again_after_a_crash_of_who_started_it(database: Database, folder: Path, authority: Authority) -> None:
    database.stop()
    program = (
        "import pathlib, sys, time; from provision.aws.local.engines import Authority, Database;"
        "folder = pathlib.Path(sys.argv[1]);"
        "Database(folder / 'database', Authority(folder / 'ca')).start(); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", program, folder], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout
        assert starter.stdout.readline() == "up\n"
        starter.kill()
    again = Database(folder / "database", authority)
    assert again.running
    assert again.start() is False
    again.stop()
    assert not database.running
    database.start()


def test_stop_and_delete_leave_no_process_and_no_file(tmp_path: Path, authority: Authority) -> None:
    database = Database(tmp_path / "short-lived", authority, log=tmp_path / "log")
    database.create(user="someone", password=PASSWORD)
    pid = database.pid
    assert pid
    how = {"user": "someone", "dbname": "postgres", "sslrootcert": str(authority.bundle)}
    files = Path(ask(database, "SHOW data_directory", **how))
    database.delete()
    until(lambda: not alive(pid))
    assert not files.parent.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["log"]
    assert not database.exists
    database.delete()


def test_a_creation_that_fails_leaves_nothing(tmp_path: Path, authority: Authority) -> None:
    database = Database(tmp_path / "failed", authority, log=tmp_path / "log")
    with pytest.raises(EngineFailed, match="reserved"):
        database.create(user="pg_reserved", password=PASSWORD)
    with pytest.raises(ValueError, match="printable ASCII"):
        database.create(user=USER, password="schlüssel")
    assert [path.name for path in tmp_path.iterdir()] == ["log"]


def test_names_the_postgresql_that_made_it_where_that_is_gone(tmp_path: Path, authority: Authority) -> None:
    database = Database(tmp_path / "old", authority)
    database.create(user=USER, password=PASSWORD, database=NAME)
    files = Path(ask(database, "SHOW data_directory", sslrootcert=str(authority.bundle)))
    database.stop()
    (files / "PG_VERSION").write_text("13\n")
    with pytest.raises(EngineFailed, match="PostgreSQL 13, which made the database, is not installed"):
        database.start()
    database.delete()


def test_a_database_is_not_made_over_another(database: Database) -> None:
    with pytest.raises(EngineFailed, match="holds a database already"):
        database.create(user=USER, password=PASSWORD)
    assert database.running
