"""IAM documents as pure functions of plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

Document = dict[str, Any]
VERSION = "2012-10-17"

ENI_ACTIONS = (
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
)
"""AWS: what Lambda wants of the role of a function in a VPC, before it is made and until its interfaces are gone."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a policy applies. `secret_arn` is empty for what has nothing to do with the secret."""

    partition: str
    region: str
    account: str
    secret_arn: str = ""

    def arn(self, service: str, resource: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


class Permissions(Protocol):
    """What a role may do, once the secret's ARN is known."""

    def document(self, place: Place) -> Document: ...


def statement(name: str, actions: Sequence[str], resources: Sequence[str]) -> Document:
    return {"Sid": name, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def trust(service: str, place: Place, source: str = "") -> Document:
    """Who may take the role: one service, and (the confused deputy's cure) only on behalf of this account; with
    `source`, such as `ec2:vpc-flow-log/*`, only on behalf of those resources.

    AWS: which services send aws:SourceArn is told service by service. The guides of VPC flow logs ("IAM role for
    publishing flow logs") and of RDS Enhanced Monitoring ("Protecting against the confused deputy problem") have both
    keys. For RDS the guide has aws:SourceAccount for anything in the account, and no ARN that a proxy would send.
    Lambda's guide has neither; AWS's own samples (aws/agent-toolkit-for-aws) trust lambda.amazonaws.com with
    aws:SourceAccount, and a function that cannot assume its role is refused at once, not later.
    """
    condition: Document = {"StringEquals": {"aws:SourceAccount": place.account}}
    if source:
        of, _, resource = source.partition(":")
        condition["ArnLike"] = {"aws:SourceArn": place.arn(of, resource)}
    allow: Document = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return {"Version": VERSION, "Statement": [{**allow, "Condition": condition}]}


def read_secret(place: Place) -> Document:
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    return statement("ReadTheOneSecret", actions, [place.secret_arn])


@dataclass(frozen=True, kw_only=True)
class FunctionPermissions:
    """Network interfaces in the VPC, lines in its own log group, the one secret, and, if wanted, traces."""

    log_group: str
    tracing: bool = False
    rotates: bool = False
    """Whether it also changes the password."""

    def document(self, place: Place) -> Document:
        statements = [
            # AWS: these actions take no narrower resource than all, as in AWSLambdaVPCAccessExecutionRole.
            statement("NetworkInterfaces", ENI_ACTIONS, ["*"]),
            statement(
                "OwnLogGroup", ["logs:CreateLogStream", "logs:PutLogEvents"], [_log_streams(place, self.log_group)]
            ),
            read_secret(place),
        ]
        if self.rotates:
            write = ["secretsmanager:PutSecretValue", "secretsmanager:UpdateSecretVersionStage"]
            statements += [
                statement("ChangeTheOneSecret", write, [place.secret_arn]),
                statement("NewPassword", ["secretsmanager:GetRandomPassword"], ["*"]),  # AWS: no resource to name
            ]
        if self.tracing:  # AWS: X-Ray has no resources to name here, as in AWSXRayDaemonWriteAccess
            statements.append(statement("Traces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]))
        return {"Version": VERSION, "Statement": statements}


@dataclass(frozen=True, kw_only=True)
class ProxyPermissions:
    """The one secret."""

    def document(self, place: Place) -> Document:
        return {"Version": VERSION, "Statement": [read_secret(place)]}


@dataclass(frozen=True, kw_only=True)
class FlowLogPermissions:
    """Lines in the one log group that the flow log writes to."""

    log_group: str

    def document(self, place: Place) -> Document:
        own = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
        group = place.arn("logs", f"log-group:{self.log_group}")
        statements = [
            statement("OwnLogGroup", own, [group, f"{group}:*"]),
            # AWS: a list of groups is about all groups.
            statement("LogGroups", ["logs:DescribeLogGroups"], [place.arn("logs", "log-group:*")]),
        ]
        return {"Version": VERSION, "Statement": statements}


@dataclass(frozen=True, kw_only=True)
class MonitoringPermissions:
    """AmazonRDSEnhancedMonitoringRole, narrowed to this account, this Region and the one group that RDS writes to."""

    def document(self, place: Place) -> Document:
        group = place.arn("logs", "log-group:RDSOSMetrics")
        streams = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:GetLogEvents", "logs:PutLogEvents"]
        statements = [
            statement("Group", ["logs:CreateLogGroup", "logs:PutRetentionPolicy"], [group, f"{group}:*"]),
            statement("Streams", streams, [f"{group}:log-stream:*"]),
        ]
        return {"Version": VERSION, "Statement": statements}


def _log_streams(place: Place, group: str) -> str:
    return place.arn("logs", f"log-group:{group}:*")
