"""Roles and the secret."""

import json
from typing import Any

from tests.resources.by_hand import Table

ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
TRUST_EC2 = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
}


def another_statement(aws: Any, ids: dict[str, str]) -> None:
    which = {"FunctionName": ids["rotation.function"], "StatementId": ids["rotation.permission"]}
    aws("lambda").remove_permission(**which)
    aws("lambda").add_permission(**which, Action="lambda:InvokeFunction", Principal="secretsmanager.amazonaws.com")


RIGHTS: Table = {
    "trust": (
        "role.function",
        "trust policy",
        lambda aws, ids: aws("iam").update_assume_role_policy(
            RoleName=ids["role.function"], PolicyDocument=json.dumps(TRUST_EC2)
        ),
    ),
    "the policy": (
        "role.proxy",
        "inline policy",
        lambda aws, ids: aws("iam").put_role_policy(
            RoleName=ids["role.proxy"], PolicyName="provision", PolicyDocument=json.dumps(ANYTHING)
        ),
    ),
    "the policy gone": (
        "role.proxy",
        "inline policy",
        lambda aws, ids: aws("iam").delete_role_policy(RoleName=ids["role.proxy"], PolicyName="provision"),
    ),
    "one policy more": (
        "role.function",
        "policy extra",
        lambda aws, ids: aws("iam").put_role_policy(
            RoleName=ids["role.function"], PolicyName="extra", PolicyDocument=json.dumps(ANYTHING)
        ),
    ),
    "a role's description": (
        "role.proxy",
        "description",
        lambda aws, ids: aws("iam").update_role_description(RoleName=ids["role.proxy"], Description="mine"),
    ),
    "a role's tag": (
        "role.proxy",
        "tag Name",
        lambda aws, ids: aws("iam").untag_role(RoleName=ids["role.proxy"], TagKeys=["Name"]),
    ),
    "the rotation's schedule": (
        "secret.rotation",
        "schedule",
        lambda aws, ids: aws("secretsmanager").rotate_secret(
            SecretId=ids["secret"], RotationRules={"AutomaticallyAfterDays": 90}, RotateImmediately=False
        ),
    ),
    "who may rotate": ("rotation.permission", "statement", another_statement),
    "the secret's policy": (
        "secret",
        "resource policy",
        lambda aws, ids: aws("secretsmanager").delete_resource_policy(SecretId=ids["secret"]),
    ),
    "the secret's description": (
        "secret",
        "description",
        lambda aws, ids: aws("secretsmanager").update_secret(SecretId=ids["secret"], Description="mine"),
    ),
    "the secret's key": (
        "secret",
        "KmsKeyId",
        lambda aws, ids: aws("secretsmanager").update_secret(SecretId=ids["secret"], KmsKeyId="alias/mine"),
    ),
    "the secret's deletion": (
        "secret",
        "deletion",
        lambda aws, ids: aws("secretsmanager").delete_secret(SecretId=ids["secret"], RecoveryWindowInDays=7),
    ),
    "the secret's tag": (
        "secret",
        "tag Name",
        lambda aws, ids: aws("secretsmanager").untag_resource(SecretId=ids["secret"], TagKeys=["Name"]),
    ),
}
