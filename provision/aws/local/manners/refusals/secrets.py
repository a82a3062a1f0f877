"""Secrets that are gone but for their name.

AWS: DeleteSecret with ForceDeleteWithoutRecovery is asynchronous; until it is done, CreateSecret with the same name
answers as for one that is scheduled for deletion.
"""

from __future__ import annotations

from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import durations
from provision.aws.local.manners.view import view
from provision.aws.local.wire import Call, Refusal

_FORCED = "manners_forced"


def note_deletion(call: Call) -> None:
    """The name stays taken for some seconds."""
    if call.params.get("ForceDeleteWithoutRecovery"):
        _names(call)[_name(call.params["SecretId"])] = view().now


def check_name(call: Call) -> None:
    """Raises while the name is not free yet."""
    if view().since(_names(call).get(call.params["Name"])) < durations.SECRET_NAME_FREE:
        raise Refusal(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        )


def _names(call: Call) -> dict[str, float]:
    names: dict[str, float] = vars(call.backend).setdefault(_FORCED, {})
    return names


def _name(asked: str) -> str:
    """AWS: an ARN is the name, a hyphen and six characters."""
    return asked.rpartition(":")[2].rpartition("-")[0] if asked.startswith("arn:") else asked


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.after["secretsmanager:DeleteSecret"].append(note_deletion)
    table.before["secretsmanager:CreateSecret"].append(check_name)
