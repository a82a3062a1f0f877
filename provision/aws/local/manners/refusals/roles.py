"""Roles that are too new: IAM tells the other services with a delay.

AWS: CreateFunction after CreateRole answers "cannot be assumed by Lambda"; after AttachRolePolicy "does not have
permissions to call CreateNetworkInterface"; and with environment variables "the KMS key is invalid for CreateGrant".
"""

from __future__ import annotations

from typing import Any

from provision.aws.local import lookup
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import durations
from provision.aws.local.manners.view import stamp, view
from provision.aws.local.wire import Call, Refusal


def note_trust(call: Call) -> None:
    """A new role, or a new trust policy."""
    stamp(call.backend.get_role(call.params["RoleName"]), "trusted")


def note_policy(call: Call) -> None:
    """New permissions."""
    stamp(call.backend.get_role(call.params["RoleName"]), "permitted")


def check_known(call: Call) -> None:
    """Raises what Lambda answers while it does not know the role, or what the role may."""
    params = call.params
    role = lookup.role(call.other("iam"), params.get("Role"))
    if role is None:
        return
    if _young(role, "trusted", durations.ROLE_USABLE):
        raise _invalid("The role defined for the function cannot be assumed by Lambda.")
    in_vpc = (params.get("VpcConfig") or {}).get("SubnetIds")
    if in_vpc and _young(role, "permitted", durations.ROLE_USABLE):
        raise _invalid("The provided execution role does not have permissions to call CreateNetworkInterface on EC2")
    if (params.get("Environment") or {}).get("Variables") and _young(role, "trusted", durations.ROLE_GRANT):
        raise _invalid(
            "Lambda was unable to configure access to your environment variables because the KMS key is invalid for "
            "CreateGrant. Please check your KMS key settings. KMS Exception: InvalidArnException"
        )


def _young(role: Any, event: str, seconds: float) -> bool:
    return view().young(role, event, seconds)


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", message, status=400, Type="User")


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    for action in ("CreateRole", "UpdateAssumeRolePolicy"):
        table.after[f"iam:{action}"].append(note_trust)
    for action in ("PutRolePolicy", "AttachRolePolicy"):
        table.after[f"iam:{action}"].append(note_policy)
    for action in ("CreateFunction", "UpdateFunctionConfiguration"):
        table.before[f"lambda:{action}"].append(check_known)
