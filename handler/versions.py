# ruff: noqa: INP001 -- the root of a zip is no package
"""A secret's versions and their labels, as Secrets Manager's rotation moves them."""

from __future__ import annotations

import json
from typing import Any

from configuration import BadConfiguration  # type: ignore[import-not-found]  # beside this file at the root of the zip
from credentials import read  # type: ignore[import-not-found]  # likewise
from secrets_manager import client  # type: ignore[import-not-found]  # likewise

CURRENT, PENDING, PREVIOUS = "AWSCURRENT", "AWSPENDING", "AWSPREVIOUS"
LENGTH = 30
EXCLUDED = " %+~`#$&*()|[]{}:;<>?!'/@\"\\"
"""RDS refuses / @ " ' and a space; the rest only makes trouble in shells, addresses and files."""


class Versions:
    """Of one secret, with the labels that they had when this was made. Raises what Secrets Manager refuses."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._client = client()
        self._labels: dict[str, list[str]] = self._client.describe_secret(SecretId=arn).get("VersionIdsToStages", {})

    def labels(self, version: str) -> list[str]:
        """Of a version; none of one that the secret does not have."""
        return self._labels.get(version, [])

    def labelled(self, label: str) -> str | None:
        """The version that has the label."""
        return next((version for version, labels in self._labels.items() if label in labels), None)

    def has_value(self, version: str) -> bool:
        """AWS: `RotateSecret` may have made the version with a label and nothing in it."""
        return self._text(version) is not None

    def content(self, version: str | None) -> dict[str, Any]:
        """The version's JSON. Raises `BadConfiguration`, also where there is no such version or nothing in it."""
        text = self._text(version) if version else None
        if text is None:
            raise BadConfiguration(f"the secret's version {version} has no value")
        try:
            return dict(read(text))
        except BadConfiguration as error:
            raise BadConfiguration(f"of version {version}: {error}") from None

    def fill(self, version: str, content: dict[str, Any]) -> None:
        """Give the pending version its value. Where another call was quicker, its value stays."""
        try:
            self._client.put_secret_value(
                SecretId=self._arn,
                ClientRequestToken=version,
                SecretString=json.dumps(content),
                VersionStages=[PENDING],
            )
        except self._client.exceptions.ResourceExistsException:
            # AWS: the value of a version never changes; another one for it is refused (PutSecretValue).
            return

    def promote(self, version: str) -> None:
        """Make the version the current one.

        AWS has the pending label leave with this, or leaves it on the current version: either way the next rotation
        may begin (RotateSecret: the label "might be attached to the same version as the AWSCURRENT version, or it
        might not be attached to any version"). A call of ours to take it away could only fail in between.
        """
        self._client.update_secret_version_stage(
            SecretId=self._arn,
            VersionStage=CURRENT,
            MoveToVersionId=version,
            RemoveFromVersionId=self.labelled(CURRENT),
        )

    def new_password(self) -> str:
        """One that RDS takes."""
        made = self._client.get_random_password(
            PasswordLength=LENGTH, ExcludeCharacters=EXCLUDED, RequireEachIncludedType=True
        )
        return str(made["RandomPassword"])

    def _text(self, version: str) -> str | None:
        try:
            value = self._client.get_secret_value(SecretId=self._arn, VersionId=version)
        except self._client.exceptions.ResourceNotFoundException:
            return None
        text = value.get("SecretString")
        return "" if text is None else str(text)
