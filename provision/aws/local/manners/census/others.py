"""What there is of Lambda, Secrets Manager, CloudWatch Logs and IAM."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from provision.aws.local.manners.census.item import Item, chosen, tags_of
from provision.aws.local.manners.inside import Inside

_FUNCTION = (
    "FunctionName", "Runtime", "Role", "Handler", "CodeSha256", "Timeout", "MemorySize", "Description", "Architectures",
    "State", "LastUpdateStatus", "PackageType", "EphemeralStorage", "TracingConfig", "KMSKeyArn", "LoggingConfig",
    "Layers",
)  # fmt: skip


def items(inside: Inside, region: str) -> Iterator[Item]:
    """All of one Region."""
    for kind in (_functions, _secrets, _log_groups):
        yield from kind(inside, region)


def _functions(inside: Inside, region: str) -> Iterator[Item]:
    for listed in inside.listed("lambda", "ListFunctions", region, "Functions"):
        name = listed["FunctionName"]
        whole = inside.ask("lambda", "GetFunction", region, FunctionName=name) or {}
        one = whole.get("Configuration", listed)
        properties = chosen(one, *_FUNCTION)
        properties["environment"] = {
            key: _hosted(inside, region, value)
            for key, value in (one.get("Environment") or {}).get("Variables", {}).items()
        }
        properties["VpcConfig"] = chosen(one.get("VpcConfig") or {}, "SubnetIds", "SecurityGroupIds")
        properties["concurrency"] = (whole.get("Concurrency") or {}).get("ReservedConcurrentExecutions")
        policy = inside.ask("lambda", "GetPolicy", region, FunctionName=name) or {}
        properties["policy"] = _document(policy.get("Policy"))
        tags = dict(whole.get("Tags") or {})
        yield Item(kind="function", id=one["FunctionArn"], region=region, properties=properties, tags=tags, called=name)


def _hosted(inside: Inside, region: str, value: str) -> str:
    """An endpoint's address and port differ from run to run; whose they are does not."""
    for one in inside.listed("rds", "DescribeDBInstances", region, "DBInstances"):
        endpoint = one.get("Endpoint") or {}
        if value == endpoint.get("Address"):
            return f"<address of database {one['DBInstanceIdentifier']}>"
        if value == str(endpoint.get("Port")):
            return f"<port of database {one['DBInstanceIdentifier']}>"
    for one in inside.listed("rds", "DescribeDBProxies", region, "DBProxies"):
        if value == one.get("Endpoint"):
            return f"<address of proxy {one['DBProxyName']}>"
    return value


def _secrets(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("secretsmanager", "ListSecrets", region, "SecretList", IncludePlannedDeletion=True):
        arn, name = one["ARN"], one["Name"]
        properties = {
            **chosen(one, "Name", "Description", "KmsKeyId", "RotationEnabled", "RotationLambdaARN", "RotationRules"),
            "keys": _keys(inside, region, arn),
        }
        properties["scheduled for deletion"] = bool(one.get("DeletedDate"))
        policy = inside.ask("secretsmanager", "GetResourcePolicy", region, SecretId=arn) or {}
        properties["policy"] = _document(policy.get("ResourcePolicy"))
        tags = tags_of(one.get("Tags"))
        yield Item(kind="secret", id=arn, region=region, properties=properties, tags=tags, called=name)


def _keys(inside: Inside, region: str, arn: str) -> list[str]:
    """The names of what it holds, never a value."""
    value = inside.ask("secretsmanager", "GetSecretValue", region, SecretId=arn) or {}
    try:
        content = json.loads(value.get("SecretString", ""))
    except ValueError:
        return []
    return sorted(content) if isinstance(content, dict) else []


def _log_groups(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("logs", "DescribeLogGroups", region, "logGroups"):
        name = one["logGroupName"]
        tags = (inside.ask("logs", "ListTagsLogGroup", region, logGroupName=name) or {}).get("tags", {})
        properties = chosen(one, "logGroupName", "retentionInDays", "kmsKeyId", "logGroupClass")
        yield Item(kind="log group", id=one["arn"], region=region, properties=properties, tags=tags, called=name)


def roles(inside: Inside) -> Iterator[Item]:
    """IAM's, which are of no Region; those that AWS makes for its services left out."""
    region = "us-east-1"
    for one in inside.listed("iam", "ListRoles", region, "Roles"):
        name = one["RoleName"]
        if one["Path"].startswith("/aws-service-role/"):
            continue
        whole = (inside.ask("iam", "GetRole", region, RoleName=name) or {}).get("Role", one)  # AWS: the list lacks some
        properties = chosen(whole, "RoleName", "Path", "Description", "MaxSessionDuration", "PermissionsBoundary")
        properties["trust"] = _document(one.get("AssumeRolePolicyDocument"))
        properties["attached"] = [
            policy["PolicyArn"]
            for policy in inside.listed("iam", "ListAttachedRolePolicies", region, "AttachedPolicies", RoleName=name)
        ]
        properties["inline"] = {
            policy: _document(
                (inside.ask("iam", "GetRolePolicy", region, RoleName=name, PolicyName=policy) or {}).get(
                    "PolicyDocument"
                )
            )
            for policy in (inside.ask("iam", "ListRolePolicies", region, RoleName=name) or {}).get("PolicyNames", [])
        }
        tags = tags_of((inside.ask("iam", "ListRoleTags", region, RoleName=name) or {}).get("Tags"))
        yield Item(
            kind="role", id=one["Arn"], region="", properties=properties, tags=tags, called=name, also=(one["RoleId"],)
        )


def _document(document: Any) -> Any:
    """A policy as data: IAM gives it encoded for URLs, others as text."""
    if not isinstance(document, str):
        return document
    return json.loads(unquote(document)) if document else None
