"""A secret, and a function that rotates it and writes down each event with the labels that it finds."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local.conftest import Client
from tests.local.runtime import OWN_RUNTIME
from tests.policies import trust
from tests.waiting import until
from tests.zipped import zipped

SERVICE = "secretsmanager.amazonaws.com"
ACCOUNT = "123456789012"
STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
RIGHTS = ("DescribeSecret", "GetSecretValue", "PutSecretValue", "UpdateSecretVersionStage")
SOURCE = """
import json, os, time
import boto3

def handler(event, context):
    secrets, step, token = boto3.client("secretsmanager"), event["Step"], event["ClientRequestToken"]
    told = secrets.describe_secret(SecretId=event["SecretId"])["VersionIdsToStages"]
    print("event", json.dumps({**event, "labels": told[token]}))
    time.sleep(float(os.environ.get("SLEEP", "0")))
    if os.environ.get("FAIL") == step:
        raise ValueError(step)
    which = {"SecretId": event["SecretId"]}
    if step == "createSecret":
        try:
            secrets.get_secret_value(**which, VersionId=token, VersionStage="AWSPENDING")
        except secrets.exceptions.ResourceNotFoundException:
            new = secrets.get_random_password(PasswordLength=20)["RandomPassword"]
            secrets.put_secret_value(**which, ClientRequestToken=token, SecretString=new, VersionStages=["AWSPENDING"])
    elif step == "testSecret":
        print("tested", secrets.get_secret_value(**which, VersionId=token, VersionStage="AWSPENDING")["SecretString"])
    elif step == "finishSecret":
        current = next(one for one, labels in told.items() if "AWSCURRENT" in labels)
        labels = {"MoveToVersionId": token, "RemoveFromVersionId": current}
        secrets.update_secret_version_stage(**which, VersionStage="AWSCURRENT", **labels)
"""


def refusal(call: Callable[..., Any], **given: Any) -> tuple[str, str]:
    """(code, message)."""
    with pytest.raises(ClientError) as raised:
        call(**given)
    error = raised.value.response["Error"]
    return error["Code"], error["Message"]


class Rotated:
    """One secret with its function, of names that nobody else has."""

    def __init__(self, client: Client) -> None:
        self.connect(client)
        self.name = f"rotated-{uuid.uuid4().hex[:8]}"
        self.arn = self.secrets.create_secret(Name=self.name, SecretString="first")["ARN"]
        role = client("iam").create_role(RoleName=self.name, AssumeRolePolicyDocument=json.dumps(trust("lambda")))
        self.grant(*RIGHTS)
        self.function = self.lambdas.create_function(
            FunctionName=self.name,
            Runtime=OWN_RUNTIME,
            Role=role["Role"]["Arn"],
            Handler="index.handler",
            Code={"ZipFile": zipped(SOURCE)},
            Timeout=20,
        )["FunctionArn"]

    def connect(self, client: Client) -> None:
        """Also to the same account again, behind another server."""
        self.client, self.secrets, self.lambdas = client, client("secretsmanager"), client("lambda")

    def grant(self, *actions: str) -> None:
        """The role may do these to the secret, and have random passwords made."""
        mine = {"Effect": "Allow", "Action": [f"secretsmanager:{one}" for one in actions], "Resource": self.arn}
        any_ = {"Effect": "Allow", "Action": "secretsmanager:GetRandomPassword", "Resource": "*"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [mine, any_]})
        self.client("iam").put_role_policy(RoleName=self.name, PolicyName="rotation", PolicyDocument=policy)

    def permit(self, **conditions: str) -> None:
        """Let Secrets Manager invoke the function."""
        self.lambdas.add_permission(
            FunctionName=self.name,
            StatementId="rotation",
            Action="lambda:InvokeFunction",
            Principal=SERVICE,
            **(conditions or {"SourceAccount": ACCOUNT}),
        )

    def forbid(self) -> None:
        """Take that back."""
        self.lambdas.remove_permission(FunctionName=self.name, StatementId="rotation")

    def statements(self) -> list[dict[str, Any]]:
        """The function's policy."""
        policy = json.loads(self.lambdas.get_policy(FunctionName=self.name)["Policy"])
        statements: list[dict[str, Any]] = policy["Statement"]
        return statements

    def environment(self, **variables: str) -> None:
        self.lambdas.update_function_configuration(FunctionName=self.name, Environment={"Variables": variables})

    def rotate(self, **given: Any) -> str:
        """RotateSecret with the function and 30 days, where nothing else is given; the version's id."""
        rules = {"AutomaticallyAfterDays": 30}
        settings = {"SecretId": self.arn, "RotationLambdaARN": self.function, "RotationRules": rules, **given}
        return str(self.secrets.rotate_secret(**settings)["VersionId"])

    def described(self) -> dict[str, Any]:
        told: dict[str, Any] = self.secrets.describe_secret(SecretId=self.arn)
        return told

    def labels(self) -> dict[str, list[str]]:
        labels: dict[str, list[str]] = self.described()["VersionIdsToStages"]
        return labels

    def lines(self, beginning: str) -> list[str]:
        """What the function has said after that word."""
        logs = self.client("logs")
        group = f"/aws/lambda/{self.name}"
        if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
            return []
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group)
        said = [event["message"] for page in pages for event in page["events"]]
        return [line.removeprefix(f"{beginning} ") for line in said if line.startswith(f"{beginning} ")]

    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines("event")]

    def steps(self) -> list[str]:
        return [event["Step"] for event in self.events()]

    def until_steps(self, *steps: str) -> None:
        until(lambda: self.steps() == list(steps))
