"""What the roles and the secret let whom do, as IAM decides it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from moto import mock_aws

from provision import blueprint
from provision.aws.local.permissions import Request, allowed, forbidden
from provision.names import Names
from provision.settings import Database, Network, Settings
from tests.resources.harness import ACCOUNT, NAME, REGION, Account

OTHER = "210987654321"
ROLE = f"arn:aws:iam::{ACCOUNT}:role"
SECRET_READ = "secretsmanager:GetSecretValue"
READER = f"{ROLE}/rotation"


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The policies of everything that has one, as made in an account: by key and kind of policy."""
    settings = Settings(
        network=Network(flow_logs=True), database=Database(monitoring_seconds=60, secret_readers=(READER,))
    )
    steps = blueprint.wanted(settings, Names(stack=NAME, region=REGION), proxy=True)
    chosen = [step for step in steps if step.key == "secret" or step.key.startswith("role.")]
    with mock_aws():
        account = Account(tmp_path_factory.mktemp("posture"), caller=f"arn:aws:sts::{ACCOUNT}:assumed-role/admin/me")
        account.up(chosen)
        iam, secrets = account.outside("iam"), account.outside("secretsmanager")
        made = {}
        for key, name in account.ids().items():
            if key == "secret":
                made["secret"] = json.loads(secrets.get_resource_policy(SecretId=name)["ResourcePolicy"])
                made["secret arn"] = name
                continue
            made[f"{key} trust"] = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
            made[f"{key} policy"] = iam.get_role_policy(RoleName=name, PolicyName="provision")["PolicyDocument"]
        return made


def source(account: str, service: str, resource: str) -> dict[str, str]:
    return {
        "aws:SourceAccount": account,
        "aws:SourceArn": f"arn:aws:{service}:{REGION}:{account}:{resource}",
    }


TRUSTED = {
    "role.function": ("lambda.amazonaws.com", "lambda", f"function:{NAME}-function"),
    "role.proxy": ("rds.amazonaws.com", "rds", "db-proxy:prx-0123"),
    "role.flow": ("vpc-flow-logs.amazonaws.com", "ec2", "vpc-flow-log/fl-0123"),
    "role.monitoring": ("monitoring.rds.amazonaws.com", "rds", f"db:{NAME}-database"),
}


@pytest.mark.parametrize("key", TRUSTED)
def test_a_role_is_taken_by_its_service_on_behalf_of_this_account_alone(documents: dict[str, Any], key: str) -> None:
    service, of, resource = TRUSTED[key]
    trust = documents[f"{key} trust"]

    def taken(by: str, context: dict[str, str]) -> bool:
        return allowed([trust], Request(action="sts:AssumeRole", principal=by, context=context))

    assert taken(service, source(ACCOUNT, of, resource))
    assert not taken(service, source(OTHER, of, resource))
    assert not taken(service, {})
    assert not taken("ec2.amazonaws.com", source(ACCOUNT, of, resource))


def test_a_role_for_logs_is_taken_for_nothing_else_of_the_account(documents: dict[str, Any]) -> None:
    for key, service, of, other in (
        ("role.flow", "vpc-flow-logs.amazonaws.com", "ec2", "transit-gateway/tgw-1"),
        ("role.monitoring", "monitoring.rds.amazonaws.com", "rds", "db:somebody-elses"),
    ):
        asked = Request(action="sts:AssumeRole", principal=service, context=source(ACCOUNT, of, other))
        assert not allowed([documents[f"{key} trust"]], asked)


@pytest.mark.parametrize(
    ("key", "action", "resource", "may"),
    [
        ("role.function", SECRET_READ, "secret", True),
        ("role.proxy", SECRET_READ, "secret", True),
        ("role.flow", SECRET_READ, "secret", False),
        ("role.function", SECRET_READ, "another secret", False),
        ("role.proxy", SECRET_READ, "another secret", False),
        ("role.function", "logs:PutLogEvents", f"log-group:/aws/lambda/{NAME}-function:log-stream:x", True),
        ("role.function", "logs:PutLogEvents", "log-group:/aws/lambda/other:log-stream:x", False),
        ("role.function", "logs:CreateLogGroup", f"log-group:/aws/lambda/{NAME}-function:log-stream:x", False),
        ("role.function", "xray:PutTraceSegments", "*", False),
        ("role.flow", "logs:PutLogEvents", f"log-group:/aws/vpc/{NAME}-flow-logs:log-stream:eni", True),
        ("role.flow", "logs:PutLogEvents", f"log-group:/aws/lambda/{NAME}-function:log-stream:x", False),
        ("role.monitoring", "logs:PutLogEvents", "log-group:RDSOSMetrics:log-stream:db-A", True),
        ("role.monitoring", "logs:PutLogEvents", f"log-group:/aws/vpc/{NAME}-flow-logs:log-stream:eni", False),
    ],
)
def test_a_role_may_do_what_it_is_for(
    documents: dict[str, Any],
    key: str,
    action: str,
    resource: str,
    may: bool,  # noqa: FBT001 - a column of the table
) -> None:
    if resource.endswith("secret"):
        resource = documents["secret arn"] if resource == "secret" else f"{documents['secret arn']}-of-somebody"
    elif resource != "*":
        resource = f"arn:aws:logs:{REGION}:{ACCOUNT}:{resource}"
    assert allowed([documents[f"{key} policy"]], Request(action=action, resource=resource)) is may


READERS = {
    f"{ROLE}/{NAME}-{REGION}-function": True,
    f"{ROLE}/{NAME}-{REGION}-proxy": True,
    f"arn:aws:iam::{ACCOUNT}:root": True,
    READER: True,
    f"{ROLE}/admin": True,
    f"{ROLE}/aws-reserved/sso.amazonaws.com/admin": True,
    f"{ROLE}/another": False,
    f"{ROLE}/{NAME}-{REGION}-flow": False,
    f"arn:aws:iam::{ACCOUNT}:user/somebody": False,
    f"arn:aws:iam::{OTHER}:role/admin": False,
}


@pytest.mark.parametrize("principal", READERS)
def test_the_secret_is_read_by_its_readers_alone(documents: dict[str, Any], principal: str) -> None:
    def kept_out(action: str) -> bool:
        context = {"aws:PrincipalArn": principal, "aws:PrincipalAccount": principal.split(":")[4]}
        return forbidden(documents["secret"], Request(action=action, principal=principal, context=context))

    assert kept_out(SECRET_READ) is not READERS[principal]
    for action in ("DescribeSecret", "PutResourcePolicy", "DeleteSecret"):
        assert kept_out(f"secretsmanager:{action}") is (OTHER in principal), "nobody of the account is locked out"
