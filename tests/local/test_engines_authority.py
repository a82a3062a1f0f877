"""The certificates, judged by OpenSSL in its strict mode; addresses and ports; verifiers."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from pathlib import Path

import pytest

from provision.aws.local.engines import DATABASE_ADDRESS, POOLER_ADDRESS, Authority, free_port, missing, scram


def greet(authority: Authority, folder: Path, *, issued_for: tuple[str, ...], called: str) -> bytes:
    """What a client that verifies strictly gets from a server with such a certificate."""
    certificate, key = authority.server(*issued_for)
    pair = folder / "pair.pem"
    pair.write_bytes(certificate + key)
    presenting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    presenting.load_cert_chain(pair)
    trusting = ssl.create_default_context(cafile=str(authority.bundle))
    trusting.verify_flags |= ssl.VERIFY_X509_STRICT
    client_end, server_end = socket.socketpair()

    def serve() -> None:
        with server_end:
            try:
                with presenting.wrap_socket(server_end, server_side=True) as link:
                    link.sendall(b"hello")
            except OSError:
                return  # the client did not like what it saw

    server = threading.Thread(target=serve)
    server.start()
    try:
        with client_end, trusting.wrap_socket(client_end, server_hostname=called) as link:
            return link.recv(5)
    finally:
        server.join()


@pytest.mark.parametrize("called", ["127.0.0.2", "::1", "db.example.internal"])
def test_a_strict_client_accepts_addresses_and_names(tmp_path: Path, called: str) -> None:
    names = ("127.0.0.2", "::1", "db.example.internal")
    assert greet(Authority(tmp_path / "ca"), tmp_path, issued_for=names, called=called) == b"hello"


def test_a_strict_client_refuses_another_address(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="IP address mismatch"):
        greet(Authority(tmp_path / "ca"), tmp_path, issued_for=("127.0.0.1",), called="127.0.0.2")


def test_it_is_made_once_and_its_key_is_private(tmp_path: Path) -> None:
    first = Authority(tmp_path / "ca").bundle.read_bytes()
    assert Authority(tmp_path / "ca").bundle.read_bytes() == first
    assert (tmp_path / "ca" / "ca.key").stat().st_mode & 0o777 == 0o600


def test_a_free_port_is_free_at_every_address_and_outside_the_ephemeral_range() -> None:
    port = free_port()
    assert 20_000 <= port < 32_768
    for address in (DATABASE_ADDRESS, POOLER_ADDRESS):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        socket.create_server((address, port), family=family).close()


def test_a_verifier_matches_its_password_alone() -> None:
    verifier = scram.verifier("pencil")
    assert scram.matches("pencil", verifier)
    assert not scram.matches("pencils", verifier)
    assert not scram.matches("pencil", "md5abc")


def test_the_verifier_of_a_known_salt_is_postgresqls_own() -> None:
    # RFC 7677's example: user "user", password "pencil", this salt, 4096 iterations.
    salt = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
    keys = "WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="
    assert scram.verifier("pencil", salt=salt) == f"SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==${keys}"


def test_nothing_is_missing_here() -> None:
    assert missing() is None
