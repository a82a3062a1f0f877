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
    """Where a policy applies."""

    partition: str
    region: str
    account: str
    secret_arn: str


class Permissions(Protocol):
    """What a role may do, once the secret's ARN is known."""

    def document(self, place: Place) -> Document: ...


def statement(name: str, actions: Sequence[str], resources: Sequence[str]) -> Document:
    return {"Sid": name, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


def trust(service: str, account: str) -> Document:
    """Who may take the role: one service, and (the confused deputy's cure) only on behalf of this account."""
    allow: Document = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    # AWS documents aws:SourceAccount for RDS; Lambda takes execution roles without any such context key.
    if service == "rds.amazonaws.com":
        allow["Condition"] = {"StringEquals": {"aws:SourceAccount": account}}
    return {"Version": VERSION, "Statement": [allow]}


def read_secret(place: Place) -> Document:
    actions = ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"]
    return statement("ReadTheOneSecret", actions, [place.secret_arn])


@dataclass(frozen=True, kw_only=True)
class FunctionPermissions:
    """Network interfaces in the VPC, lines in its own log group, and the one secret."""

    log_group: str

    def document(self, place: Place) -> Document:
        logs = f"arn:{place.partition}:logs:{place.region}:{place.account}:log-group:{self.log_group}:*"
        return {
            "Version": VERSION,
            "Statement": [
                # AWS: these actions take no narrower resource than all, as in AWSLambdaVPCAccessExecutionRole.
                statement("NetworkInterfaces", ENI_ACTIONS, ["*"]),
                statement("OwnLogGroup", ["logs:CreateLogStream", "logs:PutLogEvents"], [logs]),
                read_secret(place),
            ],
        }


@dataclass(frozen=True, kw_only=True)
class ProxyPermissions:
    """The one secret."""

    def document(self, place: Place) -> Document:
        return {"Version": VERSION, "Statement": [read_secret(place)]}


def secret_stays_here(account: str) -> Document:
    """A secret's resource policy: nobody from another account reads it, whatever their own policies say."""
    return {
        "Version": VERSION,
        "Statement": [
            {
                "Sid": "OnlyThisAccount",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "secretsmanager:*",
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:PrincipalAccount": account}},
            }
        ],
    }
