"""Lambda's network interfaces, which outlive the function and pin subnets and groups.

AWS: in-use for a quarter of an hour and more after the function, then `available` for whoever may delete them, then
gone. Taking the function out of its VPC first makes it minutes. If the role goes before them, Lambda can no longer
remove them and they stay much longer.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provision.aws.local import lookup
from provision.aws.local.account import Account
from provision.aws.local.corrections import interfaces
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import durations
from provision.aws.local.manners.view import stamp, times, view
from provision.aws.local.wire import Call


def holder(account: Account) -> Any:
    """For `account.holds`: whether an interface that nobody needs any more stays for now."""

    def holds(interface: Any) -> bool:
        if interface.serves[0] != "lambda":
            return False
        try:
            view()
        except LookupError:  # not in a call: the next one's sweep decides
            return True
        if "unneeded" not in times(interface):
            stamp(interface, "unneeded")
        return view().young(interface, "unneeded", _release(account, interface))

    return holds


def _release(account: Account, interface: Any) -> float:
    detached = getattr(interface, "manners_detached", False)
    seconds = durations.INTERFACE_RELEASE_AFTER_DETACH if detached else durations.INTERFACE_RELEASE_AFTER_DELETE
    role = getattr(interface, "manners_role", "")
    present = lookup.role(account.backend("iam", "aws"), role) is not None
    return seconds if present or not role else seconds * durations.INTERFACE_STRANDED


def sweep(account: Account) -> bool:
    """Let the interfaces go on; whether any did."""
    moved = False
    for ec2 in account.regions("ec2").values():
        for interface in [one for one in ec2.enis.values() if "unneeded" in times(one)]:
            release = _release(account, interface)
            free = not view().young(interface, "unneeded", release * durations.INTERFACE_AVAILABLE)
            if free and interface.status != "available":
                interface.status = "available"
                moved = True
            moved = moved or not view().young(interface, "unneeded", release)
    if moved:
        interfaces.reconcile(account)
    return moved


def note_delete(call: Call) -> None:
    """Whose role is to remove the interfaces."""
    for interface in _held(call):
        interface.manners_role = _function(call).role


def note_detach(call: Call) -> None:
    """The function leaves its VPC."""
    config = call.params.get("VpcConfig")
    if config is None or config.get("SubnetIds"):
        return
    for interface in _held(call):
        interface.manners_role = _function(call).role
        interface.manners_detached = True


def note_use(call: Call) -> None:
    """AWS: functions of the same subnets and groups share their interfaces, also those on their way out."""
    for interface in _held(call):
        times(interface).pop("unneeded", None)
        interface.manners_detached = False
        interface.status = "in-use"


def _held(call: Call) -> Iterator[Any]:
    function = _function(call)
    config = (function._vpc_config or {}) if function else {}  # noqa: SLF001 - moto's property makes a VpcId up
    groups = ",".join(sorted(config.get("SecurityGroupIds", [])))
    keys = {("lambda", subnet, groups) for subnet in config.get("SubnetIds", [])}
    for interface in call.other("ec2").enis.values():
        if getattr(interface, "serves", None) in keys:
            yield interface


def _function(call: Call) -> Any:
    return lookup.function(call.backend, call.params["FunctionName"])


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.before["lambda:DeleteFunction"].append(note_delete)
    table.before["lambda:UpdateFunctionConfiguration"].append(note_detach)
    table.after["lambda:CreateFunction"].append(note_use)
    table.after["lambda:UpdateFunctionConfiguration"].append(note_use)
