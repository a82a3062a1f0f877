"""Secrets Manager secrets."""

from __future__ import annotations

import json
from typing import Any

from provision.aws.local import lookup
from provision.aws.local.corrections.hooks import amend, before
from provision.aws.local.permissions import Request, forbidden, read
from provision.aws.local.rights import READ, context_of
from provision.aws.local.wire import CALLER, Call, Refusal


@before("secretsmanager:CreateSecret")
def check_name(call: Call) -> None:
    """moto: ResourceExistsException."""
    name = call.params["Name"]
    secret = next((one for one in call.backend.secrets.values() if one.name == name), None)
    if getattr(secret, "deleted_date", None):
        raise Refusal(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )


@before(
    *(
        f"secretsmanager:{action}"
        for action in (
            "GetSecretValue",
            "PutSecretValue",
            "UpdateSecret",
            "UpdateSecretVersionStage",
            "RotateSecret",
            "CancelRotateSecret",
        )
    )
)
def check_alive(call: Call) -> None:
    """moto changes a secret that is scheduled for deletion, and words the refusal for reading as a trace."""
    secret = lookup.secret(call.backend, call.params["SecretId"])
    if getattr(secret, "deleted_date", None):
        raise Refusal(
            "InvalidRequestException",
            "You can't perform this operation on the secret because it was marked for deletion.",
        )


@before("secretsmanager:PutResourcePolicy")
def check_policy(call: Call) -> None:
    """moto takes any text."""
    try:
        statements = json.loads(call.params["ResourcePolicy"])["Statement"]
    except (KeyError, TypeError, ValueError):
        raise Refusal("MalformedPolicyDocumentException", "This resource policy contains a syntax error.") from None
    for one in [statements] if isinstance(statements, dict) else statements:
        everybody = one.get("Principal") in ("*", {"AWS": "*"}) and not one.get("Condition")
        if call.params.get("BlockPublicPolicy") and one.get("Effect") == "Allow" and everybody:
            raise Refusal("PublicPolicyException", "The resource policy would allow public access to the secret.")


@amend("secretsmanager:GetResourcePolicy")
def write_anew(call: Call, result: dict[str, Any]) -> None:  # noqa: ARG001 - an amendment's form
    """moto: the text as it was put. AWS: a list of one as its one value, and values in another order."""
    if result.get("ResourcePolicy"):
        result["ResourcePolicy"] = json.dumps(_anew(json.loads(result["ResourcePolicy"])), indent=2)


def _anew(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _anew(one) for key, one in value.items()}
    if isinstance(value, list):
        values = [_anew(one) for one in reversed(value)]
        return values[0] if len(values) == 1 and isinstance(values[0], str) else values
    return value


@before("secretsmanager:GetSecretValue")
def check_reader(call: Call) -> None:
    """moto keeps a secret's policy and does not look at it. Functions: see `callers`."""
    secret = lookup.secret(call.backend, call.params["SecretId"])
    if secret is None or not getattr(secret, "policy", None) or call.by_function:
        return
    if forbidden(read(secret.policy), Request(action=READ, resource=secret.arn, context=context_of(CALLER))):
        raise Refusal(
            "AccessDeniedException",
            f"User: {CALLER} is not authorized to perform: {READ} on resource: {secret.arn} with an explicit deny in a "
            "resource-based policy",
        )
