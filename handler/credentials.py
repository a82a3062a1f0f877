# ruff: noqa: INP001 -- the root of a zip is no package
"""Who the function is at its database, out of its secret."""

from __future__ import annotations

import functools
import json
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config


class BadConfiguration(Exception):
    """A variable or a key of the secret is missing or unusable; says which, never its value."""


@dataclass(frozen=True)
class Credentials:
    """The password is in no `repr`. `host` and `port` are whatever the secret has there."""

    user: str
    password: str = field(repr=False)
    host: Any = None
    port: Any = None

    def place(self) -> tuple[str, int]:
        """The database's own host and port, whatever stands between it and the function. Raises `BadConfiguration`."""
        port = str(self.port)
        if not isinstance(self.host, str) or not self.host or not port.isdecimal():
            raise BadConfiguration("the secret has no host and port of the database")
        return self.host, int(port)


def fetch(arn: str) -> Credentials:
    """The secret's present value. Raises `BadConfiguration`, and what Secrets Manager refuses."""
    return _parse(_client().get_secret_value(SecretId=arn).get("SecretString"))


@functools.cache
def _client() -> Any:
    """Without a way out of the subnets a call would hang for minutes with botocore's own limits."""
    return boto3.client(
        "secretsmanager",
        config=Config(connect_timeout=3, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"}),
    )


def _parse(text: str | None) -> Credentials:
    """The messages of JSON errors carry the text, so they go no further than here."""
    try:
        content = json.loads(text or "")
    except ValueError:
        raise BadConfiguration("the secret is not JSON") from None
    for key in ("username", "password"):
        if not isinstance(content, dict) or not isinstance(content.get(key), str) or not content[key]:
            raise BadConfiguration(f"the secret lacks {key}")
    return Credentials(content["username"], content["password"], content.get("host"), content.get("port"))
