"""A real PgBouncer before a real PostgreSQL, TLS verified on both sides."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from provision.aws.local.engines import (
    AddressTaken,
    Authority,
    Database,
    EngineFailed,
    Pooler,
    PoolerSettings,
    Reason,
    probe,
)
from tests.waiting import until

USER = "postgres"
PASSWORD = "Correct-Horse.42"
NAME = "cloudtechsimplified"

Connect = Callable[..., contextlib.AbstractContextManager[psycopg2.extensions.connection]]


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Iterator[Database]:
    database = Database(tmp_path_factory.mktemp("engines") / "database", authority)
    database.create(user=USER, password=PASSWORD, database=NAME)
    yield database
    database.delete()


@pytest.fixture
def settings(database: Database) -> PoolerSettings:
    return PoolerSettings(port=database.port, pool_size=2, borrow_timeout=2)


@pytest.fixture
def pooler(tmp_path: Path, authority: Authority, database: Database, settings: PoolerSettings) -> Iterator[Pooler]:
    pooler = Pooler(tmp_path / "pooler", authority)
    pooler.configure(settings, users={USER: PASSWORD}, target=database)
    pooler.start()
    yield pooler
    pooler.delete()


@pytest.fixture
def connect(authority: Authority, settings: PoolerSettings) -> Connect:
    """Opens connections through the pooler, as the function does."""

    @contextlib.contextmanager
    def connect(**how: Any) -> Iterator[psycopg2.extensions.connection]:
        usual = {"user": USER, "password": PASSWORD, "dbname": NAME, "sslmode": "verify-full"}
        place = {"host": settings.address, "port": settings.port, "sslrootcert": str(authority.bundle)}
        with contextlib.closing(psycopg2.connect(**{**usual, **place, **how})) as link:
            link.autocommit = True
            yield link

    return connect


def ask(link: psycopg2.extensions.connection, statement: str) -> Any:
    with link.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def refusal(connect: Connect, **how: Any) -> str:
    """What a client is told who tries, empty if it gets its answer."""
    try:
        with connect(**how) as link:
            ask(link, "SELECT 1")
    except psycopg2.Error as error:
        return str(error)
    return ""


@pytest.mark.usefixtures("pooler")
def test_leads_to_the_database_with_tls_on_both_sides(connect: Connect, database: Database) -> None:
    with connect() as link:
        assert ask(link, "SELECT inet_server_port()") == database.port
        assert ask(link, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") is True
        assert link.info.ssl_in_use


@pytest.mark.usefixtures("pooler")
def test_many_clients_share_few_connections(connect: Connect) -> None:
    backends: list[int] = []

    def client() -> None:
        with connect() as link:
            backends.extend(ask(link, "SELECT pg_backend_pid() FROM pg_sleep(0.01)") for _ in range(5))

    threads = [threading.Thread(target=client) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(backends) == 100
    assert len(set(backends)) <= 2


@pytest.mark.usefixtures("pooler")
def test_who_borrows_in_vain_is_let_go_after_the_borrow_timeout(connect: Connect, tmp_path: Path) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(2):
            link = stack.enter_context(connect())
            link.autocommit = False
            ask(link, "SELECT 1")
        started = time.monotonic()
        assert refusal(connect) != ""
        assert 1 < time.monotonic() - started < 60
    assert "query_wait_timeout" in (tmp_path / "pooler" / "log").read_text()


@pytest.mark.usefixtures("pooler")
def test_refuses_other_authorities_plain_connections_and_wrong_passwords(connect: Connect, tmp_path: Path) -> None:
    other = Authority(tmp_path / "other")
    assert "certificate verify failed" in refusal(connect, sslrootcert=str(other.bundle))
    assert "SSL required" in refusal(connect, sslmode="disable")
    assert "SASL authentication failed" in refusal(connect, password="wrong")
    assert "unsupported startup parameter" in refusal(connect, options="-c work_mem=1MB")
    assert refusal(connect) == ""


def test_admits_plain_connections_when_tls_is_not_required(
    pooler: Pooler, connect: Connect, settings: PoolerSettings, database: Database
) -> None:
    pooler.configure(replace(settings, require_tls=False), users={USER: PASSWORD}, target=database)
    until(lambda: not refusal(connect, sslmode="disable"))
    assert refusal(connect) == ""


def test_no_file_of_it_holds_the_password(pooler: Pooler, connect: Connect, tmp_path: Path) -> None:
    assert refusal(connect) == ""
    places = [tmp_path, *(Path(record.read_text()) for record in tmp_path.rglob("home"))]
    files = [path for place in places for path in place.rglob("*") if path.is_file()]
    assert "users.txt" in {path.name for path in files}
    assert [path for path in files if PASSWORD.encode() in path.read_bytes()] == []
    assert pooler.pid


def test_follows_a_new_password(pooler: Pooler, connect: Connect, settings: PoolerSettings, database: Database) -> None:
    assert refusal(connect) == ""
    database.set_password(USER, "another one")
    try:
        pooler.configure(settings, users={USER: "another one"}, target=database)
        until(lambda: not refusal(connect, password="another one"))
        assert "SASL authentication failed" in refusal(connect)
    finally:
        database.set_password(USER, PASSWORD)


def test_with_a_password_that_is_not_the_databases_nobody_gets_through(
    pooler: Pooler, connect: Connect, settings: PoolerSettings, database: Database
) -> None:
    pooler.configure(settings, users={USER: "mistaken"}, target=database)
    until(lambda: "password authentication failed" in refusal(connect, password="mistaken"))
    assert pooler.probe(database, user=USER, password="mistaken").reason is Reason.AUTH_FAILURE
    pooler.configure(settings, users={USER: PASSWORD}, target=database)
    until(lambda: not refusal(connect))


def test_carries_on_after_the_database_was_away(pooler: Pooler, connect: Connect, database: Database) -> None:
    assert refusal(connect) == ""
    database.stop()
    assert refusal(connect) != ""
    assert pooler.probe(database, user=USER, password=PASSWORD).reason is Reason.UNREACHABLE
    database.start()
    until(lambda: not refusal(connect))
    assert pooler.probe(database, user=USER, password=PASSWORD).reason is Reason.OK


def test_its_target_can_be_switched_and_taken_away(
    pooler: Pooler, connect: Connect, settings: PoolerSettings, authority: Authority, tmp_path: Path
) -> None:
    second = Database(tmp_path / "second", authority)
    second.create(user=USER, password="Second.1", database=NAME)
    try:
        pooler.configure(settings, users={USER: "Second.1"}, target=second)
        until(lambda: not refusal(connect, password="Second.1"))
        with connect(password="Second.1") as link:
            assert ask(link, "SELECT inet_server_port()") == second.port
        pooler.configure(settings, users={USER: "Second.1"}, target=None)
        until(lambda: "no such database" in refusal(connect, password="Second.1"))
    finally:
        second.delete()


def test_survives_a_kill_and_says_when_its_address_is_taken(
    pooler: Pooler, connect: Connect, settings: PoolerSettings
) -> None:
    pid = pooler.pid
    assert pid
    os.kill(pid, signal.SIGKILL)
    until(lambda: not pooler.running)
    with socket.create_server((settings.address, settings.port)), pytest.raises(AddressTaken):
        pooler.start()
    assert not pooler.running
    pooler.start()
    assert refusal(connect) == ""


def test_is_found_again_and_leaves_nothing(pooler: Pooler, authority: Authority, tmp_path: Path) -> None:
    homes = [Path(record.read_text()) for record in tmp_path.rglob("home")]
    again = Pooler(tmp_path / "pooler", authority)
    assert again.pid == pooler.pid
    again.stop()
    assert not pooler.running
    again.delete()
    assert [path for path in [*homes, tmp_path / "pooler"] if path.exists()] == []
    with pytest.raises(EngineFailed, match="holds no pooler"):
        again.start()
    assert not (tmp_path / "pooler").exists()


def test_a_server_that_cannot_be_verified_is_a_failed_connection(database: Database, tmp_path: Path) -> None:
    health = probe(
        address=database.address,
        port=database.port,
        user=USER,
        password=PASSWORD,
        bundle=Authority(tmp_path).bundle,
    )
    assert health.reason is Reason.CONNECTION_FAILED
    assert "certificate verify failed" in health.description
