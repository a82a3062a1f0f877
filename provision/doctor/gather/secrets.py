"""Secrets Manager's part of a picture. The password itself is forgotten as soon as it is known to be there."""

from __future__ import annotations

import json
from typing import Any

from provision.aws import secret_versions
from provision.aws.refusals import is_one
from provision.doctor.gather.reader import Reader
from provision.doctor.picture import Secret
from provision.engine.resource import Refusal
from provision.errors import Failed

OPEN = ("username", "host", "port", "dbname", "engine")
"""The keys of RDS's secrets whose values are no secret."""
LOCKED = Refusal("DecryptionFailure")
NO_NAME = Refusal("ValidationException")
"""AWS: no secret can be called that (smithy-lang/smithy-typescript#1546), so that there is none."""


def secret(reader: Reader, name: str) -> Secret | None:
    """The secret of that name or ARN, None if there is none."""
    if not name:
        return None
    aws = reader.aws.secretsmanager
    try:
        seen = reader.ask("the secret", lambda: aws.describe_secret(SecretId=name))
    except Failed as refused:
        if not _says(refused, NO_NAME):
            raise
        seen = None
    if seen is None:
        return None
    deleted = seen.get("DeletedDate")
    policy = reader.ask("the secret's policy", lambda: aws.get_resource_policy(SecretId=name).get("ResourcePolicy"))
    inside = Reader(reader.run)
    text, locked = None, ""
    try:
        text = None if deleted else inside.ask("the secret's value", lambda: aws.get_secret_value(SecretId=name))
    except Failed as refused:
        if not _says(refused, LOCKED):
            raise
        locked = refused.why
    reader.unseen += inside.unseen
    content = _parsed(text.get("SecretString")) if text else None
    return Secret(
        arn=seen["ARN"],
        name=seen["Name"],
        deleting=f"{deleted:%Y-%m-%d}" if deleted else "",
        key=seen.get("KmsKeyId", ""),
        policy=json.loads(policy) if policy else None,
        readable=not deleted and not inside.unseen and not locked,
        current=text is not None,
        keys=None if content is None else tuple(key for key, value in content.items() if value not in ("", None)),
        facts={key: str(content[key]) for key in OPEN if content and content.get(key)},
        locked=locked,
        pending=secret_versions.pending(seen),
        rotated_by=_function(seen.get("RotationLambdaARN", "")) if seen.get("RotationEnabled") else "",
    )


def _function(arn: str) -> str:
    return arn.partition(":function:")[2].partition(":")[0]


def _says(refused: Failed, what: Refusal) -> bool:
    return isinstance(refused.__cause__, Exception) and is_one(refused.__cause__, what)


def _parsed(text: str | None) -> dict[str, Any] | None:
    """The messages of JSON errors carry the text, so they go no further than here."""
    try:
        content = json.loads(text or "")
    except ValueError:
        return None
    return content if isinstance(content, dict) else None
