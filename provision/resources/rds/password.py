"""Whose password a DB instance has: that of the stack's secret, of another one, or of one that RDS keeps itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from provision.aws import tags
from provision.engine.resource import Change

SECRET_TAG = "provision:secret"  # noqa: S105 - a tag's name
"""The ARN of the secret with the password; that of a secret that was made anew differs."""
FIELD = "MasterUserPassword"


def tag(arn: str) -> dict[str, str]:
    return {SECRET_TAG: arn}


def differing(seen: Mapping[str, Any], arn: str) -> list[Change]:
    """`arn` is that of the stack's secret."""
    if seen.get("MasterUserSecret"):
        return [Change(FIELD, "RDS's own, which it rotates", "the secret's")]
    if tags.read(seen.get("TagList")).get(SECRET_TAG) != arn:
        return [Change(FIELD, "another secret's", "the secret's")]
    return []


def asked(seen: Mapping[str, Any], password: str) -> dict[str, Any]:
    """For a modify. AWS: where RDS keeps the password it takes one only along with being told to keep none any more
    (API reference, ModifyDBInstance)."""
    own = {"ManageMasterUserPassword": False} if seen.get("MasterUserSecret") else {}
    return {FIELD: password, **own}
