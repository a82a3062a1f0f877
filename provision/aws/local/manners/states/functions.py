"""Lambda functions: Pending before Active, InProgress after each update, and what is refused meanwhile."""

from __future__ import annotations

from typing import Any

from moto.awslambda.models import LambdaFunction

from provision.aws.local import lookup
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import durations
from provision.aws.local.manners.kept import outcome_of
from provision.aws.local.manners.view import Seen, View, stamp, view
from provision.aws.local.wire import Call, Refusal

KIND = "function"
_CONFLICT = 409
_UPDATES = ("lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode")
_REASONS = {
    "EniLimitExceeded": "The maximum number of network interfaces for this VPC has been reached.",
    "SubnetOutOfIPAddresses": "A subnet of the function has no free IP addresses.",
    "InsufficientRolePermissions": "The function's role does not have permissions to create network interfaces.",
}


def _state(moment: View, function: Any, value: str) -> str:
    in_vpc = bool((function._vpc_config or {}).get("SubnetIds"))  # noqa: SLF001 - moto's property makes a VpcId up
    if moment.young(function, "created", durations.FUNCTION_CREATE_IN_VPC if in_vpc else durations.FUNCTION_CREATE):
        return "Pending"
    return "Failed" if getattr(function, "manners_outcome", "") else value


LambdaFunction.state = Seen("state", _state)  # type: ignore[assignment]  # moto's is a plain attribute


def _updating(function: Any) -> bool:
    return view().young(function, "updated", durations.FUNCTION_UPDATE)


def check_settled(call: Call) -> None:
    """AWS: one change at a time; Invoke, while updating, still runs what was before."""
    function = _of(call)
    if function is None:
        return
    why = ""
    if function.state == "Pending":
        why = "The function is currently in the following state: Pending"
    elif _updating(function):
        why = f"An update is in progress for resource: {function.function_arn}"
    if why:
        said = f"The operation cannot be performed at this time. {why}"
        raise Refusal("ResourceConflictException", said, status=_CONFLICT, Type="User")


def begin(call: Call, result: dict[str, Any]) -> None:
    """From Pending on."""
    function = _of(call)
    stamp(function, "created")
    function.manners_outcome = outcome_of(call, KIND)
    tell(call, result)


def begin_update(call: Call, result: dict[str, Any]) -> None:
    """Some seconds of InProgress."""
    stamp(_of(call), "updated")
    tell(call, result)


def tell(call: Call, result: dict[str, Any]) -> None:
    """The states, and why."""
    for configuration in _configurations(result):
        function = call.backend.get_function(configuration["FunctionName"])
        configuration["State"] = function.state
        if function.state == "Pending":
            configuration |= {"StateReason": "The function is being created.", "StateReasonCode": "Creating"}
        elif function.state == "Failed":
            code = function.manners_outcome
            configuration |= {"StateReason": _REASONS.get(code, code), "StateReasonCode": code}
        configuration["LastUpdateStatus"] = "InProgress" if _updating(function) else "Successful"
        if _updating(function):
            configuration["LastUpdateStatusReason"] = "The function is being updated."
            configuration["LastUpdateStatusReasonCode"] = "Creating"


def _configurations(result: dict[str, Any]) -> list[dict[str, Any]]:
    if "Functions" in result:
        return list(result["Functions"])
    return [result.get("Configuration", result)]


def _of(call: Call) -> Any:
    return lookup.function(call.backend, call.params["FunctionName"])


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.amend["lambda:CreateFunction"].append(begin)
    for action in _UPDATES:
        table.amend[action].append(begin_update)
    for action in (*_UPDATES, "lambda:DeleteFunction", "lambda:PublishVersion"):
        table.before[action].append(check_settled)
    for action in ("GetFunction", "GetFunctionConfiguration", "ListFunctions"):
        table.amend[f"lambda:{action}"].append(tell)
