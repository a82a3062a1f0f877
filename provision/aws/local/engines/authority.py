"""A certificate authority of our own, so that `sslmode=verify-full` is on everywhere, on this machine too."""

from __future__ import annotations

import datetime as dt
import ipaddress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from provision.aws.local.engines.private import write_private

VALID_FOR = dt.timedelta(days=20 * 365)


def _name(common_name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _draft(subject: x509.Name, issuer: x509.Name, public: ec.EllipticCurvePublicKey) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + VALID_FOR)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


class Authority:
    """Issues certificates under one root, made at first use and kept in `folder` (key and root, mode 0600 and 0644)."""

    def __init__(self, folder: Path) -> None:
        self._key_path = folder / "ca.key"
        self.bundle = folder / "ca.pem"
        """PEM file with the root, for clients to trust."""
        if not self.bundle.exists():
            folder.mkdir(parents=True, exist_ok=True)
            self._make()
        self._key = self._load_key()
        self._root = x509.load_pem_x509_certificate(self.bundle.read_bytes())

    def server(self, *names: str) -> tuple[bytes, bytes]:
        """Certificate and key, both PEM, for a server reached by these IP addresses or host names."""
        names_extension = x509.SubjectAlternativeName([_general_name(name) for name in names])
        return self._issue(names[0], ExtendedKeyUsageOID.SERVER_AUTH, names_extension)

    def client(self, user: str) -> tuple[bytes, bytes]:
        """Certificate and key, both PEM, with which the database user `user` proves who it is."""
        return self._issue(user, ExtendedKeyUsageOID.CLIENT_AUTH, None)

    def _issue(
        self, name: str, purpose: x509.ObjectIdentifier, names: x509.SubjectAlternativeName | None
    ) -> tuple[bytes, bytes]:
        key = ec.generate_private_key(ec.SECP256R1())
        draft = (
            _draft(_name(name), self._root.subject, key.public_key())
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if names:
            draft = draft.add_extension(names, critical=False)
        certificate = draft.sign(self._key, hashes.SHA256())
        return certificate.public_bytes(serialization.Encoding.PEM), _pem(key)

    def _make(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        public = key.public_key()
        subject = _name("Local AWS root")
        root = (
            _draft(subject, subject, public)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(_usage(authority=True), critical=True)
            .sign(key, hashes.SHA256())
        )
        write_private(self._key_path, _pem(key))
        write_private(self.bundle, root.public_bytes(serialization.Encoding.PEM))
        self.bundle.chmod(0o644)

    def _load_key(self) -> ec.EllipticCurvePrivateKey:
        key = serialization.load_pem_private_key(self._key_path.read_bytes(), password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError(f"{self._key_path} holds another kind of key")
        return key
