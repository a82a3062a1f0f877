"""The function's code against a real PostgreSQL and an emulated Secrets Manager, each test in a fresh interpreter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws.local.engines import POOLER_ADDRESS, Pooler, PoolerSettings
from tests.handler.world import HANDLER, PASSWORD, PROBE, Process, World

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


def test_it_says_hello_and_keeps_its_connection(world: World) -> None:
    process = world.start()
    first, second = process.call(), process.call()
    assert first["message"] == "Hello world!"
    assert (first["host"], first["port"], first["database"]) == (world.database.address, world.database.port, "shop")
    assert int(first["server_version"].split(".")[0]) >= 14
    assert (first["connection"], second["connection"]) == ("new", "reused")
    assert first["backend_pid"] == second["backend_pid"]
    assert min(first["secret_ms"], first["connect_ms"], first["query_ms"], second["query_ms"]) > 0
    assert (second["secret_ms"], second["connect_ms"]) == (0.0, 0.0)


def test_a_dead_connection_is_replaced(world: World) -> None:
    process = world.start()
    before = process.call()
    world.kill(before["backend_pid"])
    after = process.call()
    assert after["connection"] == "new"
    assert after["backend_pid"] != before["backend_pid"]
    assert after["secret_ms"] == 0.0


def test_a_rotated_password_is_read_again(world: World) -> None:
    process = world.start()
    world.kill(process.call()["backend_pid"])
    world.database.set_password("postgres", "Another-Horse.43")
    world.login("Another-Horse.43")
    after = process.call()
    assert after["message"] == "Hello world!"
    assert after["secret_ms"] > 0


def test_a_wrong_password_is_told_without_it(world: World) -> None:
    world.login("Wrong-Horse.44")
    error = world.start().call()["error"]
    assert "password authentication failed" in error
    assert "Wrong-Horse" not in error


@pytest.mark.parametrize("name", ["DB_ENDPOINT_ADDRESS", "DB_PORT", "DB_NAME", "DB_SECRET_ARN"])
def test_a_missing_variable_is_named(world: World, name: str) -> None:
    assert f"{name} is not set" in world.start(**{name: ""}).call()["error"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sesame", "is not JSON"),
        ('{"username": "postgres"}', "lacks password"),
        ('{"password": "Sesame"}', "lacks username"),
    ],
)
def test_an_unusable_secret_is_told_without_it(world: World, text: str, words: str) -> None:
    world.secret(text)
    error = world.start().call()["error"]
    assert words in error
    assert "Sesame" not in error


def test_the_certificate_is_verified(world: World) -> None:
    """The bundle that ships trusts AWS alone, so that a database of another authority is refused."""
    assert "certificate verify failed" in world.start(PGSSLROOTCERT="").call()["error"]


def test_the_shipped_bundle_has_both_kinds_of_roots() -> None:
    bundle = (HANDLER / "rds-trust-bundle.pem").read_text()
    assert "Amazon RDS eu-west-1 Root CA RSA2048 G1" in bundle
    assert "Amazon Root CA 1" in bundle


def bench(process: Process, **wish: object) -> dict[str, Any]:
    return process.call(json.dumps({"bench": wish}))


def test_a_benched_connection_is_new_or_kept(world: World) -> None:
    process = world.start()
    anew, again = bench(process, rounds=3), bench(process, rounds=3)
    assert (anew["connection"], again["connection"]) == ("new", "new")
    assert anew["bench"]["connect_ms"] > 0
    assert len(anew["bench"]["query_ms"]) == 3
    assert len(set(anew["bench"]["backends"])) == 1
    assert anew["bench"]["backends"] != again["bench"]["backends"]
    first, second = bench(process, keep=True), bench(process, keep=True)
    assert (first["connection"], second["connection"]) == ("new", "reused")
    assert first["bench"]["backends"] == second["bench"]["backends"]
    assert second["bench"]["connect_ms"] == 0.0
    assert process.call()["connection"] == "new", "the function's own is another"


def test_a_bench_goes_to_the_database_itself(world: World) -> None:
    """Where that is, the secret says; the event cannot send the password anywhere."""
    where = {"host": world.database.address, "port": world.database.port}
    world.secret(json.dumps({"username": "postgres", "password": PASSWORD, **where}))
    process = world.start(DB_ENDPOINT_ADDRESS="proxy.invalid")
    assert bench(process, direct=True, host="elsewhere.invalid")["host"] == world.database.address
    assert "proxy.invalid" in bench(process, host=world.database.address)["error"]


@pytest.mark.parametrize("where", [{"port": ""}, {"host": None, "port": None}, {"host": ["db"], "port": "five"}])
def test_where_the_secret_says_the_database_is_concerns_the_direct_bench_alone(
    world: World, where: dict[str, object]
) -> None:
    """Somebody may have written the secret anew by hand; the function is told its place by its variables."""
    world.secret(json.dumps({"username": "postgres", "password": PASSWORD, **where}))
    process = world.start()
    assert process.call()["message"] == "Hello world!"
    assert bench(process, direct=True)["error"] == "BadConfiguration: the secret has no host and port of the database"


@pytest.fixture
def exhausted(world: World, tmp_path: Path) -> Iterator[Process]:
    """A function behind a pooler whose only connection somebody else has."""
    pooler = Pooler(tmp_path / "pooler", world.authority)
    settings = PoolerSettings(port=world.database.port, pool_size=1, borrow_timeout=1)
    pooler.configure(settings, users={"postgres": PASSWORD}, target=world.database)
    pooler.start()
    try:
        holder = world.connect(POOLER_ADDRESS)
        holder.cursor().execute("SELECT 1")  # begins a transaction
        yield world.start(DB_ENDPOINT_ADDRESS=POOLER_ADDRESS)
        holder.close()
    finally:
        pooler.delete()


def test_a_connection_that_the_server_ends_is_told_with_the_servers_reason(exhausted: Process) -> None:
    """psycopg2 itself says only that it was closed."""
    assert "query_wait_timeout" in exhausted.call()["error"]
    assert "query_wait_timeout" in bench(exhausted)["error"]
    [failed] = [step for step in exhausted.call(PROBE)["probe"] if not step["ok"]]
    assert failed["step"] == "query"
    assert "query_wait_timeout" in failed["text"]


def test_a_refused_bench_leaves_nothing_kept(world: World) -> None:
    process = world.start()
    kept = bench(process, keep=True)
    world.kill(kept["bench"]["backends"][0])
    assert "error" in bench(process, keep=True)
    assert bench(process, keep=True)["connection"] == "new"
