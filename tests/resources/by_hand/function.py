"""The function, its environment and its log group."""

import json
from collections.abc import Callable
from typing import Any

from tests.resources.by_hand import Meddle, Outside, Table
from tests.zipped import zipped


def of_function(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("lambda").update_function_configuration(FunctionName=ids["function"], **changed)


def of_environment(**changed: str | None) -> Meddle:
    """Variables of the function; None takes one away."""

    def meddle(aws: Outside, ids: dict[str, str]) -> None:
        seen = aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]
        variables = {**seen["Environment"]["Variables"], **changed}
        told = {name: value for name, value in variables.items() if value is not None}
        of_function(Environment={"Variables": told})(aws, ids)

    return meddle


def other_role(aws: Outside, ids: dict[str, str]) -> Callable[[], object]:
    """One that Lambda may take just as well."""
    iam, ours, mine = aws("iam"), ids["role.function"], "mine"
    trust = iam.get_role(RoleName=ours)["Role"]["AssumeRolePolicyDocument"]
    role = iam.create_role(RoleName=mine, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
    policy = json.dumps(iam.get_role_policy(RoleName=ours, PolicyName="provision")["PolicyDocument"])
    iam.put_role_policy(RoleName=mine, PolicyName=mine, PolicyDocument=policy)
    of_function(Role=role)(aws, ids)

    def clear() -> None:
        iam.delete_role_policy(RoleName=mine, PolicyName=mine)
        iam.delete_role(RoleName=mine)

    return clear


FUNCTION: Table = {
    "memory": ("function", "MemorySize", of_function(MemorySize=512)),
    "time": ("function", "Timeout", of_function(Timeout=7)),
    "runtime": ("function", "Runtime", of_function(Runtime="python3.12")),
    "handler": ("function", "Handler", of_function(Handler="other.handler")),
    "description": ("function", "Description", of_function(Description="mine")),
    "tracing": ("function", "TracingConfig", of_function(TracingConfig={"Mode": "Active"})),
    "its role": ("function", "Role", other_role),
    "the database's name": ("function", "environment DB_NAME", of_environment(DB_NAME="another")),
    "the secret's ARN": ("function", "environment DB_SECRET_ARN", of_environment(DB_SECRET_ARN=None)),
    "the database's address": ("function.endpoint", "DB_ENDPOINT_ADDRESS", of_environment(DB_ENDPOINT_ADDRESS="x")),
    "the database's port": ("function.endpoint", "DB_PORT", of_environment(DB_PORT=None)),
    "network": (
        "function",
        "VpcConfig",
        lambda aws, ids: of_function(
            VpcConfig={"SubnetIds": [ids["subnet.private-a"]], "SecurityGroupIds": [ids["group.function"]]}
        )(aws, ids),
    ),
    "code": (
        "function",
        "code",
        lambda aws, ids: aws("lambda").update_function_code(FunctionName=ids["function"], ZipFile=zipped()),
    ),
    "architecture": (
        "function",
        "architecture",
        lambda aws, ids: aws("lambda").update_function_code(
            FunctionName=ids["function"], ZipFile=zipped(), Architectures=["arm64"]
        ),
    ),
    "a tag": (
        "function",
        "tag Name",
        lambda aws, ids: aws("lambda").untag_resource(
            Resource=aws("lambda").get_function(FunctionName=ids["function"])["Configuration"]["FunctionArn"],
            TagKeys=["Name"],
        ),
    ),
    "retention": (
        "function.logs",
        "retention",
        lambda aws, ids: aws("logs").put_retention_policy(logGroupName=ids["function.logs"], retentionInDays=365),
    ),
    "retention for ever": (
        "function.logs",
        "retention",
        lambda aws, ids: aws("logs").delete_retention_policy(logGroupName=ids["function.logs"]),
    ),
}
