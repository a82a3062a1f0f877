"""Lambda functions: what CreateFunction and the updates check, and what a description tells."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any

from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction
from moto.core.models import DEFAULT_ACCOUNT_ID

from provision.aws.local.health import may, trusts
from provision.aws.local.taught.lessons import after, amend, before
from provision.aws.local.wire import Call, Refusal

RUNTIMES = frozenset({f"python3.{minor}" for minor in range(10, 15)})
_OTHERS = frozenset({"nodejs20.x", "nodejs22.x", "nodejs24.x", "java17", "java21", "dotnet8", "ruby3.3", "ruby3.4"})
_OTHERS_TOO = frozenset({"provided.al2", "provided.al2023", "java25", "dotnet10"})
_MEMORY, _TIMEOUT = range(128, 10_241), range(1, 901)
_KEY = re.compile(r"[a-zA-Z]([a-zA-Z0-9_])+")
_RESERVED = frozenset(
    {
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
    }
)
_ENVIRONMENT_BYTES = 4096
_LAMBDA = "lambda.amazonaws.com"


def _invalid(message: str) -> Refusal:
    return Refusal("InvalidParameterValueException", message, status=400, Type="User")


def located(call: Call) -> Any:
    """The function that the call names. Raises `Refusal`."""
    try:
        return call.backend.get_function(call.params["FunctionName"], call.params.get("Qualifier"))
    except UnknownFunctionException as missing:
        raise Refusal("ResourceNotFoundException", missing.message, status=404, Type="User") from missing


def function_state(function: Any) -> tuple[str, str]:
    """(State, LastUpdateStatus)."""
    return str(function.state), "Successful"


def check_invocable(call: Call) -> None:
    """Raises what Invoke answers while a function cannot run."""
    function = located(call)
    if function.reserved_concurrency == 0:
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
    if function.environment_vars and getattr(function, "granted", None) not in (None, _role_id(call, function.role)):
        raise Refusal(
            "KMSAccessDeniedException",
            "Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the "
            "function's KMS key settings.",
            status=502,
            Type="User",
        )


def _role_id(call: Call, arn: str) -> str:
    return next((str(one.id) for one in call.other("iam").roles.values() if one.arn == arn), "")


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


@before("lambda:CreateFunction")
def check_create(call: Call) -> None:
    """moto checks little of this."""
    params = call.params
    if any(one.function_name == params["FunctionName"] for one in call.backend.list_functions()):
        raise Refusal(
            "ResourceConflictException", f"Function already exist: {params['FunctionName']}", status=409, Type="User"
        )
    _check(call)


@before("lambda:UpdateFunctionConfiguration")
def check_update(call: Call) -> None:
    """moto checks none of this."""
    _check_revision(call)
    _check(call)


@before("lambda:UpdateFunctionCode")
def check_code(call: Call) -> None:
    """moto does not look at RevisionId."""
    _check_revision(call)


def _check_revision(call: Call) -> None:
    asked, function = call.params.get("RevisionId"), located(call)
    if asked and asked != function.revision_id:
        raise Refusal(
            "PreconditionFailedException",
            "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to "
            "retrieve the latest RevisionId",
            status=412,
            Type="User",
        )


def _check(call: Call) -> None:
    params, runtime = call.params, call.params.get("Runtime")
    if runtime and runtime not in RUNTIMES | _OTHERS | _OTHERS_TOO:
        raise _invalid(
            f"Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: "
            f"{sorted(RUNTIMES)}"
        )
    if params.get("MemorySize", 128) not in _MEMORY:
        raise _invalid(f"'MemorySize' value failed to satisfy constraint: {params['MemorySize']} is not in 128..10240")
    if params.get("Timeout", 3) not in _TIMEOUT:
        raise _invalid(f"'Timeout' value failed to satisfy constraint: {params['Timeout']} is not in 1..900")
    _check_environment(params.get("Environment", {}).get("Variables") or {})
    _check_network(call, params.get("VpcConfig") or {})
    _check_role(call, params.get("Role"), params.get("VpcConfig") or {})


def _check_environment(variables: dict[str, str]) -> None:
    if reserved := sorted(key for key in variables if key in _RESERVED or key.startswith("AWS_LAMBDA_")):
        raise _invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided contains reserved keys that are currently not supported for modification. Reserved keys used in "
            f"this request: {', '.join(reserved)}"
        )
    for key in variables:
        if not _KEY.fullmatch(key):
            raise _invalid(f"Value '{key}' at 'environment.variables' failed to satisfy constraint: {_KEY.pattern}")
    if len(json.dumps(variables, separators=(",", ":")).encode()) > _ENVIRONMENT_BYTES:
        raise _invalid(
            "Lambda was unable to configure your environment variables because the environment variables you have "
            "provided exceeded the 4KB limit."
        )


def _check_network(call: Call, config: dict[str, Any]) -> None:
    ec2 = call.other("ec2")
    known = {subnet.id for zone in ec2.subnets.values() for subnet in zone.values()}
    if unknown := [one for one in config.get("SubnetIds", []) if one not in known]:
        raise _invalid(
            f"Error occurred while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound. EC2 Error Message: "
            f"The subnet ID '{unknown[0]}' does not exist"
        )
    for one in config.get("SecurityGroupIds", []):
        if ec2.get_security_group_from_id(one) is None:
            raise _invalid(
                "Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound. "
                f"EC2 Error Message: The security group '{one}' does not exist"
            )


def _check_role(call: Call, arn: str | None, config: dict[str, Any]) -> None:
    """moto checks that the role is there, not what it trusts or may do."""
    arn = arn or (located(call).role if call.action != "CreateFunction" else "")
    role = next((one for one in call.other("iam").roles.values() if one.arn == arn), None)
    source = f"arn:aws:lambda:{call.region}:{DEFAULT_ACCOUNT_ID}:function:{call.params['FunctionName']}"
    if role is None or not trusts(role, _LAMBDA, source=source):
        raise _invalid("The role defined for the function cannot be assumed by Lambda.")
    wanted = "ec2:CreateNetworkInterface"
    if config.get("SubnetIds") and not may(call.account, arn, wanted, "*", trusted=_LAMBDA, source=source):
        raise _invalid("The provided execution role does not have permissions to call CreateNetworkInterface on EC2")


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
        function.granted = _role_id(call, function.role)
    function.logs_group_name = params.get("LoggingConfig", {}).get("LogGroup", function.logs_group_name)


@amend("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration", "lambda:UpdateFunctionCode")
def tell_settled(call: Call, result: dict[str, Any]) -> None:
    """moto has answered before `settle`."""
    configuration = located(call).get_configuration()
    for name in ("RevisionId", "VpcConfig", "Architectures", "EphemeralStorage", "TracingConfig"):
        if configuration.get(name) is not None:
            result[name] = configuration[name]
