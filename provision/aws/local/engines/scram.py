"""SCRAM-SHA-256 verifiers (RFC 5803, as PostgreSQL stores them): what a server keeps instead of a password."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

_ITERATIONS = 4096
_SALT_BYTES = 16


def _base64(octets: bytes) -> str:
    return base64.b64encode(octets).decode()


def verifier(password: str, *, salt: bytes | None = None, iterations: int = _ITERATIONS) -> str:
    """`SCRAM-SHA-256$<iterations>:<salt>$<stored key>:<server key>`. Raises ValueError if not printable ASCII."""
    if not (password and password.isascii() and password.isprintable()):
        raise ValueError("a password is made of printable ASCII characters")  # as on RDS; SASLprep is a no-op then
    salt = os.urandom(_SALT_BYTES) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, iterations)
    client_key = hmac.digest(salted, b"Client Key", "sha256")
    stored_key = hashlib.sha256(client_key).digest()
    server_key = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${iterations}:{_base64(salt)}${_base64(stored_key)}:{_base64(server_key)}"


def matches(password: str, known: str) -> bool:
    """Whether `known` is a verifier of `password`."""
    try:
        iterations, salt = known.split("$")[1].split(":")
        ours = verifier(password, salt=base64.b64decode(salt), iterations=int(iterations))
    except (IndexError, ValueError):
        return False
    return hmac.compare_digest(ours, known)
