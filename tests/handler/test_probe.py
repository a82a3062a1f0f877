"""The probe: each step on the function's way to the database, with its exact failure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from provision.aws.local.engines import Authority, Database
from tests.handler.world import PASSWORD, PROBE, World, unanswered

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


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
    assert failing(world, DB_ENDPOINT_ADDRESS="database.invalid")["step"] == "resolve"
    with unanswered(world.database.address) as port:
        assert failing(world, DB_PORT=str(port))["error"] == "ConnectionRefusedError"
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
