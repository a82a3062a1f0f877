# ruff: noqa: INP001 -- the root of a zip is no package
"""Who the function is at its database, out of its secret."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from configuration import BadConfiguration  # type: ignore[import-not-found]  # beside this file at the root of the zip
from secrets_manager import client  # type: ignore[import-not-found]  # likewise


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
    return credentials(read(client().get_secret_value(SecretId=arn).get("SecretString")))


def credentials(content: dict[str, Any]) -> Credentials:
    """Of what `read` gave."""
    return Credentials(content["username"], content["password"], content.get("host"), content.get("port"))


def read(text: str | None) -> dict[str, Any]:
    """A secret's JSON, with a user and a password at least. Raises `BadConfiguration`.

    The messages of JSON errors carry the text, so they go no further than here.
    """
    try:
        content = json.loads(text or "")
    except ValueError:
        raise BadConfiguration("the secret is not JSON") from None
    for key in ("username", "password"):
        if not isinstance(content, dict) or not isinstance(content.get(key), str) or not content[key]:
            raise BadConfiguration(f"the secret lacks {key}")
    return dict(content)
