"""The function's code against a real PostgreSQL and an emulated Secrets Manager, each test in a fresh interpreter."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import psycopg2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from moto.server import ThreadedMotoServer

from provision.aws.local.engines import POOLER_ADDRESS, Authority, Database, Pooler, PoolerSettings, free_port

HANDLER = Path(__file__).parents[2] / "handler"
PASSWORD = "Correct-Horse.42"
# Reads events, one a line, as the runtime client would hand them over.
LOOP = """
import json, sys
import index
for line in sys.stdin:
    try:
        answer = index.handler(json.loads(line), None)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
"""
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


class Process:
    def __init__(self, environment: dict[str, str]) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-c", LOOP], env=environment, cwd=HANDLER, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip

    def call(self, event: str = "{}") -> dict[str, Any]:
        assert self.child.stdin
        assert self.child.stdout
        self.child.stdin.write(f"{event}\n")
        self.child.stdin.flush()
        answer: dict[str, Any] = json.loads(self.child.stdout.readline())
        return answer

    def close(self) -> None:
        self.child.communicate()


class World:
    def __init__(self, folder: Path, endpoint: str) -> None:
        self.authority = Authority(folder / "ca")
        self.database = Database(folder / "database", self.authority)
        self.database.create(user="postgres", password=PASSWORD, database="shop")
        self.secrets = boto3.client(
            "secretsmanager", endpoint_url=endpoint, region_name="eu-west-1",
            aws_access_key_id="testing", aws_secret_access_key="testing",
        )  # fmt: skip
        self.endpoint = endpoint
        self.arn = self.secrets.create_secret(Name="db", SecretString="{}")["ARN"]
        self.processes: list[Process] = []

    def secret(self, text: str) -> None:
        self.secrets.put_secret_value(SecretId=self.arn, SecretString=text)

    def login(self, password: str) -> None:
        self.secret(json.dumps({"username": "postgres", "password": password}))

    def start(self, **changed: str) -> Process:
        given = {
            "PATH": os.environ["PATH"], "AWS_ENDPOINT_URL": self.endpoint, "AWS_DEFAULT_REGION": "eu-west-1",
            "AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing", "PYTHONDONTWRITEBYTECODE": "1",
            "PGSSLROOTCERT": str(self.authority.bundle), "DB_ENDPOINT_ADDRESS": self.database.address,
            "DB_PORT": str(self.database.port), "DB_NAME": "shop", "DB_SECRET_ARN": self.arn,
        }  # fmt: skip
        process = Process({key: value for key, value in {**given, **changed}.items() if value})
        self.processes.append(process)
        return process

    def connect(self, host: str) -> Any:
        return psycopg2.connect(
            host=host, port=self.database.port, dbname="shop", user="postgres", password=PASSWORD,
            sslmode="verify-full", sslrootcert=str(self.authority.bundle),
        )  # fmt: skip

    def kill(self, backend: int) -> None:
        link = self.connect(self.database.address)
        with link.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s, 5000)", (backend,))
        link.close()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    world = World(tmp_path_factory.mktemp("world"), f"http://{host}:{port}")
    yield world
    world.database.delete()
    server.stop()


@pytest.fixture
def world(built: World) -> Iterator[World]:
    built.login(PASSWORD)
    yield built
    for process in built.processes:
        process.close()
    built.processes.clear()
    built.database.set_password("postgres", PASSWORD)


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


PROBE = '{"probe": true}'


def test_the_probe_takes_every_step(world: World) -> None:
    answer = world.start().call(PROBE)
    steps = {step["step"]: step for step in answer["probe"]}
    assert list(steps) == ["secret", "resolve", "connect", "tls", "authenticate", "query"]
    assert all(step["ok"] and step["ms"] >= 0 for step in steps.values())
    assert steps["tls"]["told"]["version"].startswith("TLS")
    assert steps["query"]["told"]["max_connections"] == 100
    assert (answer["host"], answer["user"]) == (world.database.address, "postgres")
    assert PASSWORD not in json.dumps(answer)


class Terse(Authority):
    """Its certificates lack the authority key identifier that RFC 5280 wants; libpq takes them."""

    def server(self, *names: str) -> tuple[bytes, bytes]:
        whole, key = super().server(*names)
        before = x509.load_pem_x509_certificate(whole)
        draft = x509.CertificateBuilder(
            before.issuer, before.subject, before.public_key(), before.serial_number,
            before.not_valid_before_utc, before.not_valid_after_utc,
            [one for one in before.extensions if not isinstance(one.value, x509.AuthorityKeyIdentifier)],
        )  # fmt: skip
        root = serialization.load_pem_private_key(self.bundle.with_name("ca.key").read_bytes(), password=None)
        terse = draft.sign(root, hashes.SHA256())  # type: ignore[arg-type]  # an elliptic curve's, as all of ours
        return terse.public_bytes(serialization.Encoding.PEM), key


def test_the_probe_trusts_whom_the_function_trusts(world: World, tmp_path: Path) -> None:
    """From 3.13 on Python's own default is stricter than libpq."""
    authority = Terse(tmp_path / "ca")
    database = Database(tmp_path / "database", authority)
    database.create(user="postgres", password=PASSWORD, database="shop")
    try:
        process = world.start(PGSSLROOTCERT=str(authority.bundle), DB_PORT=str(database.port))
        assert process.call()["message"] == "Hello world!"
        assert [step["text"] for step in process.call(PROBE)["probe"] if not step["ok"]] == []
    finally:
        database.delete()


def failing(world: World, **changed: str) -> dict[str, Any]:
    """The probe's one step that failed."""
    answer = world.start(**changed).call(PROBE)
    [failed] = [step for step in answer["probe"] if not step["ok"]]
    assert PASSWORD not in json.dumps(answer)
    return dict(failed)


def test_the_probe_names_the_step_that_fails(world: World) -> None:
    """In the order of the way; what needs no secret is asked without one."""
    elsewhere = str(free_port())
    assert failing(world, DB_ENDPOINT_ADDRESS="database.invalid")["step"] == "resolve"
    assert failing(world, DB_PORT=elsewhere)["error"] == "ConnectionRefusedError"
    assert failing(world, PGSSLROOTCERT="")["error"] == "SSLCertVerificationError"
    assert "does not exist" in failing(world, DB_NAME="elsewhere")["text"]
    gone = world.arn.replace(":secret:db", ":secret:gone")
    assert failing(world, DB_SECRET_ARN=gone)["code"] == "ResourceNotFoundException"


def test_the_probe_tells_a_refused_password_without_it(world: World) -> None:
    world.login("Wrong-Horse.44")
    failed = failing(world)
    assert (failed["step"], "password authentication failed" in failed["text"]) == ("authenticate", True)
    assert "Wrong-Horse" not in json.dumps(failed)


def test_the_probe_hides_the_password_whoever_repeats_it(world: World) -> None:
    """PostgreSQL repeats the name of a database that it does not have."""
    answer = world.start(DB_NAME=PASSWORD).call(PROBE)
    [failed] = [step for step in answer["probe"] if not step["ok"]]
    assert PASSWORD not in json.dumps(failed)
    assert 'database "***" does not exist' in failed["text"]


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
