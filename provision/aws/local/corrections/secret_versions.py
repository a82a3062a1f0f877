"""A secret's versions and their labels."""

from __future__ import annotations

from typing import Any

from moto.secretsmanager.models import SecretsManagerBackend

from provision.aws.local import lookup
from provision.aws.local.corrections.hooks import after, before
from provision.aws.local.corrections.secret_rotation import CURRENT
from provision.aws.local.wire import Call, Refusal

_VALUES = frozenset({"secret_string", "secret_binary"})
_existing = SecretsManagerBackend._check_with_existing_secrets_and_versions  # noqa: SLF001 - where moto decides it


def _corrected_existing(
    secrets: Any, name: str, token: str | None, text: str | None, binary: str | None, *rest: Any, **named: Any
) -> Any:
    # moto: a version that is labelled AWSPENDING may be given another value, and loses its other labels by it.
    secret = lookup.secret(secrets, name)
    version = secret.versions.get(token, {}) if secret else {}
    if secret is None or not _VALUES & version.keys():
        return _existing(secrets, name, token, text, binary, *rest, **named)
    if (version.get("secret_string"), version.get("secret_binary")) == (text, binary):
        return secret
    raise Refusal(
        "ResourceExistsException",
        f"You can't use ClientRequestToken {token} because that value is already in use for a version of secret "
        f"{secret.arn}.",
    )


SecretsManagerBackend._check_with_existing_secrets_and_versions = _corrected_existing  # type: ignore[assignment,method-assign]  # noqa: SLF001 - see its comment


@before("secretsmanager:GetSecretValue")
def check_value(call: Call) -> None:
    """moto names a label where it was asked for a version, and no label where that is on none."""
    params = call.params
    secret = lookup.secret(call.backend, params["SecretId"])
    version_id = params.get("VersionId")
    label = params.get("VersionStage") or (None if version_id else CURRENT)
    if secret is None:
        return
    version = secret.versions.get(version_id or _holder(secret, label or ""), {})
    if not _VALUES & version.keys():
        about = f"staging label: {label}" if label else f"VersionId: {version_id}"
        raise Refusal("ResourceNotFoundException", f"Secrets Manager can't find the specified secret value for {about}")


@before("secretsmanager:UpdateSecretVersionStage")
def check_label(call: Call) -> None:
    """moto asks for the version that has the label for AWSCURRENT alone."""
    params = call.params
    label, target = params["VersionStage"], params.get("MoveToVersionId")
    secret = lookup.secret(call.backend, params["SecretId"])
    holder = _holder(secret, label) if secret else ""
    if target and holder not in ("", target, params.get("RemoveFromVersionId")):
        raise Refusal(
            "InvalidParameterException",
            f"The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version "
            f"{holder}, so you must explicitly reference that version in RemoveFromVersionId.",
        )


@after("secretsmanager:UpdateSecretVersionStage")
def follow(call: Call) -> None:
    """moto: GetSecretValue goes on giving the version that was current before; a label given again is there twice."""
    secret = lookup.secret(call.backend, call.params["SecretId"])
    if secret is None:
        return
    for version in secret.versions.values():
        version["version_stages"] = list(dict.fromkeys(version["version_stages"]))
    secret.set_default_version_id(_holder(secret, CURRENT) or None)


def _holder(secret: Any, label: str) -> str:
    return next((one for one, version in secret.versions.items() if label in version["version_stages"]), "")
