"""Roles and the secret."""

from __future__ import annotations

import json

from tests.policies import trust
from tests.policy.by_hand.found import ROLE, STACK
from tests.stage import Stage

ANYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}


def roles(stage: Stage) -> None:
    """Of all roles: policies too many, none of their own, another trust, description and tags."""
    iam = stage.client("iam")
    policy = iam.create_policy(PolicyName="somebodys", PolicyDocument=json.dumps(ANYTHING))["Policy"]["Arn"]
    for role in iam.list_roles()["Roles"]:
        name = role["RoleName"]
        if name.startswith(STACK):
            iam.attach_role_policy(RoleName=name, PolicyArn=policy)
            iam.put_role_policy(RoleName=name, PolicyName="extra", PolicyDocument=json.dumps(ANYTHING))
            iam.put_role_policy(RoleName=name, PolicyName="provision", PolicyDocument=json.dumps(ANYTHING))
            iam.untag_role(RoleName=name, TagKeys=["Name"])
            iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust("lambda")))
            iam.update_role_description(RoleName=name, Description="mine")


def attached(stage: Stage) -> None:
    iam = stage.client("iam")
    policy = iam.create_policy(PolicyName="somebodys", PolicyDocument=json.dumps(ANYTHING))["Policy"]["Arn"]
    for role in iam.list_roles()["Roles"]:
        if role["RoleName"].startswith(STACK):
            iam.attach_role_policy(RoleName=role["RoleName"], PolicyArn=policy)


def no_role(stage: Stage) -> None:
    """A second one of its name is of no use to the function that is there."""
    iam = stage.client("iam")
    iam.delete_role_policy(RoleName=ROLE, PolicyName="provision")
    iam.delete_role(RoleName=ROLE)


def secret(stage: Stage) -> None:
    secrets = stage.client("secretsmanager")
    name = f"{STACK}/database"
    secrets.untag_resource(SecretId=name, TagKeys=["Name"])
    secrets.delete_resource_policy(SecretId=name)
    secrets.update_secret(SecretId=name, Description="mine")
    value = json.loads(secrets.get_secret_value(SecretId=name)["SecretString"])
    secrets.put_secret_value(SecretId=name, SecretString=json.dumps({**value, "host": "another"}))


def secret_on_its_way_out(stage: Stage) -> None:
    stage.client("secretsmanager").delete_secret(SecretId=f"{STACK}/database", RecoveryWindowInDays=7)


def another_statement(stage: Stage) -> None:
    """On behalf of any account."""
    which = {"FunctionName": f"{STACK}-rotation", "StatementId": "SecretsManagerRotates"}
    client = stage.client("lambda")
    client.remove_permission(**which)
    client.add_permission(**which, Action="lambda:InvokeFunction", Principal="secretsmanager.amazonaws.com")
