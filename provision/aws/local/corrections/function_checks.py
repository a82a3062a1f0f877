"""What Lambda refuses of a function's settings; moto takes most of them."""

from __future__ import annotations

import json
import re
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from provision.aws.local import lookup
from provision.aws.local.corrections.functions import located
from provision.aws.local.corrections.hooks import before
from provision.aws.local.rights import may, trusts
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


@before("lambda:AddPermission")
def check_statement(call: Call) -> None:
    """moto adds a second one of the same id."""
    asked = call.params["StatementId"]
    if any(one.get("Sid") == asked for one in located(call).policy.statements):
        raise Refusal(
            "ResourceConflictException",
            f"The statement id ({asked}) provided already exists. Please provide a new statement id, or remove the "
            "existing statement.",
            status=409,
            Type="User",
        )


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
    params = call.params
    runtime = params.get("Runtime")
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
    known = {subnet.id for subnet in lookup.subnets(ec2)}
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
    role = lookup.role(call.other("iam"), arn)
    source = f"arn:aws:lambda:{call.region}:{DEFAULT_ACCOUNT_ID}:function:{call.params['FunctionName']}"
    if role is None or not trusts(role, _LAMBDA, source=source):
        raise _invalid("The role defined for the function cannot be assumed by Lambda.")
    wanted = "ec2:CreateNetworkInterface"
    if config.get("SubnetIds") and not may(call.account, arn, wanted, "*", trusted=_LAMBDA, source=source):
        raise _invalid("The provided execution role does not have permissions to call CreateNetworkInterface on EC2")
