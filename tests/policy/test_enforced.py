"""Every command with exactly its own policy, enforced, over a whole life; `test_each_action` takes the actions out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from provision.aws.local.manners.permitted import requests, silent
from provision.aws.local.permissions import Request, allowed
from provision.aws.local.wire import Answer, Call
from provision.policy.document import document, needed
from provision.policy.scope import Place
from tests.command import Told
from tests.fresh import Provision, settings, without_state
from tests.policies import trust
from tests.served import REGION, Served

PLACE = Place(partition="aws", account="123456789012", region=REGION, stack="lambda-rds")
PRODUCTION = 'profile = "production"\n[database]\nmulti_az = false\ndeletion_protection = false\n'
SKIP = ("--yes", "--skip-final-snapshot")
Asked = dict[str, list[list[Request]]]


class Rights:
    """Runs each command with its policy alone, and keeps what its calls asked of IAM."""

    def __init__(self, cloud: Served, provision: Provision) -> None:
        self.cloud = cloud
        self.provision = provision
        self.asked: Asked = {}
        self._now: list[list[Request]] = []

    def type(self, *words: str) -> Told:
        self._now = self.asked.setdefault(words[0], [])
        with self.only(words[0]):
            told = self.provision(*words)
        self._now = []
        return told

    @contextmanager
    def only(self, command: str) -> Iterator[None]:
        self.cloud.manners.set({"allowed": document(command, PLACE)})
        try:
            yield
        finally:
            self.cloud.manners.set({"allowed": None})

    def note(self, call: Call, following: Callable[[Call], Answer]) -> Answer:
        with self.cloud.aws.account.lock:
            self._now.append([*requests(call), *silent(call)])
        return following(call)


@pytest.fixture
def rights(cloud: Served, provision: Provision) -> Iterator[Rights]:
    made = Rights(cloud, provision)
    cloud.aws.around.insert(0, made.note)
    yield made
    cloud.aws.around.remove(made.note)


def by_hand(cloud: Served) -> None:
    """Somebody else's hands, who may do anything: what `up` repairs with actions that a first `up` has no use for."""
    ec2, rds, logs = cloud.client("ec2"), cloud.client("rds"), cloud.client("logs")
    iam, secrets, lambdas = cloud.client("iam"), cloud.client("secretsmanager"), cloud.client("lambda")
    mine = [{"Name": "tag:provision:stack", "Values": ["lambda-rds"]}]
    subnet = ec2.describe_subnets(Filters=mine)["Subnets"][0]["SubnetId"]
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    ec2.delete_tags(Resources=[subnet], Tags=[{"Key": "Name"}])
    for table in ec2.describe_route_tables(Filters=mine)["RouteTables"]:
        key = next(tag["Value"] for tag in table["Tags"] if tag["Key"] == "provision:key")
        if key == "table.private-a":
            ec2.disassociate_route_table(AssociationId=table["Associations"][0]["RouteTableAssociationId"])
    group = ec2.describe_security_groups(Filters=[{"Name": "group-name", "Values": ["lambda-rds-function"]}])
    ec2.authorize_security_group_ingress(
        GroupId=group["SecurityGroups"][0]["GroupId"],
        IpPermissions=[{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )
    document = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}]}
    )
    policy = iam.create_policy(PolicyName="somebodys", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="lambda-rds-eu-west-1-function", PolicyArn=policy)
    iam.untag_role(RoleName="lambda-rds-eu-west-1-function", TagKeys=["Name"])
    iam.update_assume_role_policy(RoleName="lambda-rds-eu-west-1-function", PolicyDocument=json.dumps(trust("lambda")))
    secrets.untag_resource(SecretId="lambda-rds/database", TagKeys=["Name"])
    logs.untag_resource(
        resourceArn=f"arn:aws:logs:{REGION}:123456789012:log-group:/aws/lambda/lambda-rds-function", tagKeys=["Name"]
    )
    lambdas.untag_resource(
        Resource=f"arn:aws:lambda:{REGION}:123456789012:function:lambda-rds-function", TagKeys=["Name"]
    )
    rds.modify_db_parameter_group(
        DBParameterGroupName="lambda-rds-database-postgres17",
        Parameters=[{"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}],
    )


def lifecycle(rights: Rights) -> None:
    """Both ways out, with and without proxy and production profile, repairs, and the end."""
    rights.type("up").well()
    for command in ("invoke", "logs"):
        rights.type(command).well()
    rights.type("enable-proxy").well()
    settings(PRODUCTION)
    rights.type("up").well()
    with without_state():
        for command in ("plan", "status", "outputs", "doctor"):
            rights.type(command).well()
    settings('[network]\negress = "endpoint"\n')
    rights.type("up").well()
    rights.type("status").well()
    rights.type("disable-proxy").well()
    by_hand(rights.cloud)
    rights.type("doctor")
    settings("[network]\nflow_logs = true\n[database]\nrotation_days = 7\n")
    rights.type("up", "--proxy").well()
    rights.type("teardown", *SKIP).well()
    assert rights.cloud.census() == []


RARE = {
    "rds:CreateDBSnapshot": "only for a last snapshot",
    "up ec2:DeleteVpc": "only of two that were made at once",
    "up lambda:ListFunctions": "only while Lambda has not let go of its interfaces",
    "up lambda:DeleteFunction": "only when its role was made again, and of a rotation that is not wanted any more",
    "up rds:DeleteDBParameterGroup": "only when there is one of another version",
    "enable-proxy rds:DeregisterDBProxyTargets": "only when somebody put another database behind the proxy",
    "teardown ec2:DescribeNetworkAcls": "only when AWS refuses to delete the VPC",
    "teardown ec2:DescribeVpcPeeringConnections": "the same",
    "teardown ec2:DescribeVpnGateways": "the same",
    "teardown ec2:DescribeEgressOnlyInternetGateways": "the same",
    "teardown rds:AddTagsToResource": "only for a last snapshot",
    "ec2:DeleteNetworkInterface": "only what Lambda leaves behind",
    "ec2:ModifyVpcEndpoint": "only an endpoint that somebody changed",
    "ec2:ReplaceRouteTableAssociation": "only a subnet that somebody gave another table",
    "ec2:UpdateSecurityGroupRuleDescriptionsIngress": "only a rule whose description somebody changed",
    "ec2:UpdateSecurityGroupRuleDescriptionsEgress": "the same",
    "iam:PutRolePermissionsBoundary": "only a role that lacks the boundary that the settings want",
    "iam:UpdateRoleDescription": "only a role whose description somebody changed",
    "lambda:RemovePermission": "only a permission that somebody changed",
    "lambda:UpdateFunctionCode": "only when the code has changed",
    "rds:DescribeEvents": "only for a database that is broken",
    "rds:ModifyDBProxy": "only a proxy that somebody changed",
    "rds:ModifyDBSubnetGroup": "only a group that somebody changed",
    "rds:StartDBInstance": "only a database that somebody stopped",
    "secretsmanager:RestoreSecret": "only a secret that somebody deleted",
    "secretsmanager:UpdateSecret": "only a secret that somebody changed",
    "up ec2:DescribeNetworkInterfaces": "only when AWS refuses to delete what they are in",
    "plan rds:DescribeDBSubnetGroups": "only while no database tells of its subnet group",
    "status rds:DescribeDBSubnetGroups": "the same",
    "enable-proxy iam:DeleteRolePolicy": "only a policy that somebody added",
    "up iam:DetachRolePolicy": "only a policy that somebody attached, to a role that is no longer wanted",
    "teardown iam:DetachRolePolicy": "only a policy that somebody attached",
    "up rds:DeleteDBProxy": "only when `disable-proxy` was cut off",
    "up rds:DeregisterDBProxyTargets": "the same",
    "enable-proxy ec2:RevokeSecurityGroupIngress": "only a rule that somebody changed",
    "enable-proxy iam:UpdateAssumeRolePolicy": "only a role that somebody changed",
    "disable-proxy ec2:DescribeNatGateways": "only when AWS refuses to delete a group",
    "disable-proxy ec2:DescribeNetworkInterfaces": "the same",
    "disable-proxy ec2:DescribeVpcEndpoints": "the same",
    "teardown ec2:DeleteVpcEndpoints": "only with an endpoint; `up` has one to remove above",
    "disable-proxy iam:DetachRolePolicy": "only a policy that somebody attached",
}
"""Rights for what the lifecycle above does not come to, of all commands or of one; `test_table` holds the actions
against the code."""


def test_every_command_runs_with_its_policy_and_needs_all_of_it(rights: Rights) -> None:
    lifecycle(rights)
    idle: dict[str, list[str]] = {}
    for command, calls in rights.asked.items():
        used = {request.action for call in calls for request in call}
        for action in sorted({need.action for need in needed(command)} - RARE.keys()):
            if f"{command} {action}" not in RARE and not _missed(command, action, calls):
                idle.setdefault(command, []).append(action)
        assert used - {need.action for need in needed(command)} == set(), command
    assert idle == {}, "rights that are not needed, or that something else gives as well"


def _missed(command: str, action: str, calls: list[list[Request]]) -> bool:
    """Whether some call would be refused without that action, and with it is not."""
    policy: dict[str, Any] = document(command, PLACE)
    poorer = {
        "Statement": [
            {**statement, "Action": [one for one in statement["Action"] if one != action]}
            for statement in policy["Statement"]
        ]
    }
    return any(not allowed([poorer], request) for call in calls for request in call if request.action == action)


def test_somebody_elses_things_are_out_of_reach(rights: Rights) -> None:
    """The policy for everything, against what has no tag of the stack."""
    cloud = rights.cloud
    ec2 = cloud.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")["Subnet"]["SubnetId"]
    with rights.only("all"):
        tries: tuple[Callable[[], Any], ...] = (
            lambda: ec2.delete_vpc(VpcId=vpc),
            lambda: ec2.delete_subnet(SubnetId=subnet),
            lambda: ec2.create_vpc(CidrBlock="10.2.0.0/16"),
            lambda: ec2.create_tags(Resources=[vpc], Tags=[{"Key": "provision:stack", "Value": "lambda-rds"}]),
            lambda: ec2.run_instances(MinCount=1, MaxCount=1),
            lambda: cloud.client("iam").create_role(RoleName="admin", AssumeRolePolicyDocument="{}"),
            lambda: cloud.client("lambda").delete_function(FunctionName="another"),
            lambda: cloud.client("secretsmanager").get_secret_value(SecretId="another"),
            lambda: cloud.client("rds").delete_db_instance(DBInstanceIdentifier="another"),
            lambda: cloud.client("logs").delete_log_group(logGroupName="/aws/lambda/another"),
        )
        for refused in tries:
            with pytest.raises(Exception, match=r"UnauthorizedOperation|AccessDenied"):
                refused()
