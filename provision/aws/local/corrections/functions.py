"""Lambda functions: whether one can be invoked, and what a description tells."""

from __future__ import annotations

import uuid
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction

from provision.aws.local import lookup
from provision.aws.local.account import Account
from provision.aws.local.corrections.hooks import after, amend
from provision.aws.local.wire import Call, Refusal


def located(call: Call) -> Any:
    """The function that the call names. Raises `Refusal`."""
    return found(call.backend, call.params["FunctionName"], call.params.get("Qualifier"))


def found(functions: Any, asked: str, qualifier: str | None = None) -> Any:
    """The function of that name or ARN. Raises `Refusal`."""
    try:
        return functions.get_function(asked, qualifier)
    except UnknownFunctionException as missing:
        raise Refusal("ResourceNotFoundException", missing.message, status=404, Type="User") from missing


def function_state(function: Any) -> tuple[str, str]:
    """(State, LastUpdateStatus)."""
    return str(function.state), "Successful"


def check_invocable(account: Account, function: Any, *, running: int) -> None:
    """Raises what Invoke answers while a function cannot run. `running`: how many of its calls are under way."""
    if function.reserved_concurrency is not None and running >= int(function.reserved_concurrency):
        raise Refusal(
            "TooManyRequestsException",
            "Rate Exceeded.",
            status=429,
            Reason="ReservedFunctionConcurrentInvocationLimitExceeded",
        )
    state, _ = function_state(function)
    if state != "Active":
        raise Refusal(
            "ResourceConflictException",
            "The operation cannot be performed at this time. "
            f"The function is currently in the following state: {state}",
            status=409,
            Type="User",
        )
    # AWS: the grant to decrypt the variables is the role's own id's; a second role of that name does not have it.
    if function.environment_vars and getattr(function, "granted", None) not in (None, _role_id(account, function.role)):
        raise Refusal(
            "KMSAccessDeniedException",
            "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the "
            "function's KMS key settings.",
            status=502,
            Type="User",
        )


def _role_id(account: Account, arn: str) -> str:
    role = lookup.role(account.backend("iam", "aws"), arn)
    return str(role.id) if role else ""


_configuration = LambdaFunction.get_configuration


def _corrected_configuration(function: Any, on_create: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - moto's signature
    # moto: no LastUpdateStatus after create, no RevisionId, and the same VpcId for every function.
    configuration = _configuration(function, on_create)
    configuration["State"], configuration["LastUpdateStatus"] = function_state(function)
    configuration["RevisionId"] = getattr(function, "revision_id", "")
    if not configuration["Layers"]:
        del configuration["Layers"]
    config = function._vpc_config  # noqa: SLF001 - moto's property makes the VpcId up
    if config is not None:
        configuration["VpcConfig"] = {
            "SubnetIds": list(config.get("SubnetIds", [])),
            "SecurityGroupIds": list(config.get("SecurityGroupIds", [])),
            "VpcId": getattr(function, "vpc_id", ""),
            "Ipv6AllowedForDualStack": False,
        }
    return configuration


LambdaFunction.get_configuration = _corrected_configuration  # type: ignore[assignment,method-assign]  # see its comment


@amend("lambda:GetFunction")
def tell_concurrency(call: Call, result: dict[str, Any]) -> None:
    """moto leaves out a reserved concurrency of 0, with which a function is stopped."""
    reserved = located(call).reserved_concurrency
    if reserved is not None:
        result["Concurrency"] = {"ReservedConcurrentExecutions": reserved}


@after("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode")
def settle(call: Call) -> None:
    """A new revision. moto keeps the upload a second time, in base64; and forgets these settings in updates."""
    function = located(call)
    function.revision_id = str(uuid.uuid4())
    function.code.pop("ZipFile", None)
    params = call.params
    if "VpcConfig" in params or call.action == "CreateFunction":
        ec2 = call.other("ec2")
        subnets = (params.get("VpcConfig") or {}).get("SubnetIds", [])
        function.vpc_id = ec2.get_subnet(subnets[0]).vpc_id if subnets else ""
    if "TracingConfig" in params:
        function.tracing_config = params["TracingConfig"]
    if "EphemeralStorage" in params:
        function.ephemeral_storage = params["EphemeralStorage"]["Size"]
    if "Architectures" in params:
        function.architectures = params["Architectures"]
    if call.action == "CreateFunction":
        function.granted = _role_id(call.account, function.role)
    function.logs_group_name = params.get("LoggingConfig", {}).get("LogGroup", function.logs_group_name)


@amend("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode")
def tell_settled(call: Call, result: dict[str, Any]) -> None:
    """moto has answered before `settle`."""
    function = located(call)
    configuration = function.get_configuration()
    for name in ("RevisionId", "VpcConfig", "Architectures", "EphemeralStorage", "TracingConfig"):
        if configuration.get(name) is not None:
            result[name] = configuration[name]
