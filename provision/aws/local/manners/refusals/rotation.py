"""Functions whose policy is too new: Lambda tells Secrets Manager with a delay.

AWS: RotateSecret right after AddPermission answers that it cannot invoke the function; the Terraform provider asks
again for a minute.
"""

from __future__ import annotations

from provision.aws.local import lookup
from provision.aws.local.corrections.functions import located
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.corrections.secret_rotation import inaccessible
from provision.aws.local.manners import durations
from provision.aws.local.manners.view import stamp, view
from provision.aws.local.wire import Call


def note_permission(call: Call) -> None:
    """A new statement in the function's policy."""
    stamp(located(call), "opened")


def check_known(call: Call) -> None:
    """Raises what Secrets Manager answers while it does not know the policy."""
    function = lookup.function(call.other("lambda"), call.params.get("RotationLambdaARN") or "")
    if function and view().young(function, "opened", durations.PERMISSION_KNOWN):
        raise inaccessible()


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.after["lambda:AddPermission"].append(note_permission)
    table.before["secretsmanager:RotateSecret"].append(check_known)
