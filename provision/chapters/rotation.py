"""The password changed every so often: a function beside the stack's own, and Secrets Manager, which calls it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from provision.chapters import traffic
from provision.engine.resource import Resource, Steps
from provision.names import Names
from provision.resources.awslambda.function import Function
from provision.resources.awslambda.rotation import RotationFunction, RotationPermission
from provision.resources.ec2.lambda_interfaces import LambdaInterfaces
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.vpc import Vpc
from provision.resources.iam import policies
from provision.resources.iam.role import Role
from provision.resources.logs.log_group import LogGroup
from provision.resources.secretsmanager.connection import SecretConnection
from provision.resources.secretsmanager.rotation import SecretRotation
from provision.settings import Settings

MEMORY_MB, TIMEOUT_SECONDS = 256, 60
"""A step of a rotation asks for one thing or two; every wait in it ends after seconds."""


def group(steps: Steps, names: Names, *, vpc: Vpc) -> SecurityGroup:
    """The rotation function's own group: it reaches the database itself, also where the stack's function may not."""
    return steps.add(
        SecurityGroup(key="group.rotation", vpc=vpc, name=names.group("rotation"), description="Rotation function")
    )


def by_function(
    steps: Steps,
    settings: Settings,
    names: Names,
    *,
    stacks_own: Function,
    group: SecurityGroup,
    database_group: SecurityGroup,
    connection: SecretConnection,
    ways: Sequence[Resource[Any]],
) -> None:
    """The rotation function, made of the same code in the same subnets as `stacks_own`, with a role and a log group of
    its own, and the secret's rotation by it. `ways`: what lets `group` out to Secrets Manager."""
    secret, subnets = stacks_own.secret, stacks_own.subnets
    tracing = settings.function.tracing
    role = steps.add(
        Role(
            key="role.rotation",
            name=names.role("rotation"),
            service="lambda.amazonaws.com",
            secret=secret,
            permissions=policies.FunctionPermissions(log_group=names.rotation_log_group, tracing=tracing, rotates=True),
            boundary=settings.iam.permissions_boundary,
        )
    )
    interfaces = steps.add(
        LambdaInterfaces(
            key="rotation.interfaces", function_name=names.rotation, subnets=subnets, group=group, role=role
        )
    )
    logs = steps.add(LogGroup(key="rotation.logs", name=names.rotation_log_group, days=settings.function.log_days))
    function = steps.add(
        RotationFunction(
            key="rotation.function",
            name=names.rotation,
            wanted=replace(settings.function, memory_mb=MEMORY_MB, timeout_seconds=TIMEOUT_SECONDS),
            code=stacks_own.code,
            dbname=stacks_own.dbname,
            role=role,
            subnets=subnets,
            group=group,
            secret=secret,
            logs=logs,
            interfaces=interfaces,
        )
    )
    rules = traffic.allow(steps, group, database_group, port=settings.database.port)
    permission = steps.add(RotationPermission(key="rotation.permission", function=function))
    steps.add(
        SecretRotation(
            key="secret.rotation",
            secret=secret,
            function=function,
            permission=permission,
            connection=connection,
            ways=(*rules, *ways),
            days=settings.database.rotation_days,
        )
    )
