"""What this user keeps for libpq in the home folder has no part in the local AWS's databases."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from provision.aws import local
from provision.aws.local.engines.authority import Authority
from tests.databases import SMALL
from tests.local.conftest import clients
from tests.waiting import until


def revocations(folder: Path) -> bytes:
    """PEM of a list of revoked certificates by an authority that has nothing to do with the local AWS."""
    authority = Authority(folder)
    key = serialization.load_pem_private_key((folder / "ca.key").read_bytes(), password=None)
    now = dt.datetime.now(dt.UTC)
    draft = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(x509.load_pem_x509_certificate(authority.bundle.read_bytes()).subject)
        .last_update(now)
        .next_update(now + dt.timedelta(days=1))
    )
    return draft.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)  # type: ignore[arg-type]  # elliptic


def test_they_do_not_keep_it_from_its_own_databases(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "home" / ".postgresql"
    own.mkdir(parents=True)
    (own / "root.crl").write_bytes(revocations(tmp_path / "other"))
    monkeypatch.setenv("HOME", str(own.parent))

    rds = clients(local.ensure(folder).url)("rds")
    rds.create_db_instance(DBInstanceIdentifier="one", **SMALL)

    def status() -> str:
        return str(rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"])

    assert until(lambda: status() in {"available", "failed"} and status()) == "available"
