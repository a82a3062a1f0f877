"""What a proxy makes of the secret that it logs in with."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.databases import SMALL
from tests.local.conftest import Client
from tests.policies import trust
from tests.waiting import until

READ = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}


class Proxied:
    """A database of its own with a proxy in front."""

    def __init__(self, aws: Client) -> None:
        self.aws = aws
        group = aws("ec2").create_security_group(GroupName="open", Description="open")["GroupId"]
        aws("ec2").authorize_security_group_ingress(
            GroupId=group, IpProtocol="tcp", FromPort=5432, ToPort=5432, CidrIp="0.0.0.0/0"
        )
        subnets = [one["SubnetId"] for one in aws("ec2").describe_subnets()["Subnets"][:2]]
        login = {"username": "me", "password": "mine-mine"}
        self.secret = aws("secretsmanager").create_secret(Name="login", SecretString=json.dumps(login))["ARN"]
        role = aws("iam").create_role(RoleName="proxy", AssumeRolePolicyDocument=json.dumps(trust("rds")))["Role"]
        aws("iam").put_role_policy(
            RoleName="proxy", PolicyName="read", PolicyDocument=json.dumps({"Statement": READ, "Version": "2012-10-17"})
        )
        aws("rds").create_db_subnet_group(
            DBSubnetGroupName="group", DBSubnetGroupDescription="group", SubnetIds=subnets
        )
        aws("rds").create_db_instance(
            DBInstanceIdentifier="one", DBSubnetGroupName="group", VpcSecurityGroupIds=[group], **SMALL
        )
        aws("rds").create_db_proxy(
            DBProxyName="one", EngineFamily="POSTGRESQL", RoleArn=role["Arn"], VpcSubnetIds=subnets,
            VpcSecurityGroupIds=[group],
            Auth=[{"AuthScheme": "SECRETS", "SecretArn": self.secret, "IAMAuth": "DISABLED"}],
        )  # fmt: skip
        until(lambda: self._state("db_instances", "DBInstances", "DBInstanceStatus") == "available")
        until(lambda: self._state("db_proxies", "DBProxies", "Status") == "available")
        aws("rds").register_db_proxy_targets(DBProxyName="one", DBInstanceIdentifiers=["one"])

    def _state(self, what: str, listed: str, field: str) -> Any:
        return getattr(self.aws("rds"), f"describe_{what}")()[listed][0][field]

    def health(self) -> tuple[str, str]:
        [target] = self.aws("rds").describe_db_proxy_targets(DBProxyName="one")["Targets"]
        return target["TargetHealth"]["State"], target["TargetHealth"].get("Reason", "")

    def login(self, **value: object) -> None:
        self.aws("secretsmanager").put_secret_value(SecretId=self.secret, SecretString=json.dumps(value))


@pytest.fixture(scope="module")
def proxied(aws: Client) -> Proxied:
    return Proxied(aws)


@pytest.mark.parametrize("password", [12345678, None, "", "Größe-ist-hier"])
def test_a_password_that_nobody_logs_in_with_shows_in_the_targets_health(proxied: Proxied, password: object) -> None:
    """Somebody may have written the secret by hand."""
    proxied.login(username="me", password="mine-mine")
    until(lambda: proxied.health() == ("AVAILABLE", ""))
    proxied.login(username="me", password=password)
    until(lambda: proxied.health() == ("UNAVAILABLE", "AUTH_FAILURE"))
