"""A network, roles and a database to try manners on."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from tests.manners.conftest import LifelikeAccount
from tests.policies import trust
from tests.served import REGION
from tests.zipped import zipped

VPC_ACCESS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "ec2:*NetworkInterface*", "Resource": "*"}],
}


@dataclass(frozen=True)
class Network:
    vpc: str
    subnets: list[str]
    group: str
    gateway: str
    address: str


def code_of(call: Callable[..., Any], **parameters: Any) -> str:
    """The code with which AWS refuses; empty if it does not."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return ""


def text_of(call: Callable[..., Any], **parameters: Any) -> str:
    """The words with which AWS refuses; empty if it does not."""
    try:
        call(**parameters)
    except ClientError as error:
        return str(error.response["Error"]["Message"])
    return ""


def network(account: LifelikeAccount, *, attached: bool = True) -> Network:
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    zones = zip("ab", ("10.0.0.0/24", "10.0.1.0/24"), strict=True)
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=REGION + zone)["Subnet"]["SubnetId"]
        for zone, cidr in zones
    ]
    group = ec2.create_security_group(GroupName="one", Description="one", VpcId=vpc)["GroupId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    if attached:
        ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    return Network(vpc, subnets, group, gateway, address)


def subnet_group(account: LifelikeAccount, net: Network, name: str = "group") -> str:
    account.client("rds").create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription="for a test", SubnetIds=net.subnets
    )
    return name


def database(account: LifelikeAccount, net: Network, **parameters: Any) -> dict[str, Any]:
    return dict(
        account.client("rds").create_db_instance(
            **{
                "DBInstanceIdentifier": "db",
                "DBInstanceClass": "db.t3.small",
                "Engine": "postgres",
                "EngineVersion": "17",
                "MasterUsername": "postgres",
                "MasterUserPassword": "not-a-real-one",
                "AllocatedStorage": 20,
                "DBSubnetGroupName": "group",
                "VpcSecurityGroupIds": [net.group],
                **parameters,
            }
        )["DBInstance"]
    )


def role(account: LifelikeAccount, name: str = "role", service: str = "lambda") -> str:
    iam = account.client("iam")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(service)))["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(VPC_ACCESS))
    return str(arn)


def function(account: LifelikeAccount, arn: str, net: Network | None = None, **parameters: Any) -> dict[str, Any]:
    config = {"VpcConfig": {"SubnetIds": net.subnets, "SecurityGroupIds": [net.group]}} if net else {}
    return dict(
        account.client("lambda").create_function(
            **{
                "FunctionName": "hello",
                "Runtime": "python3.13",
                "Role": arn,
                "Handler": "index.handler",
                "Code": {"ZipFile": zipped()},
                **config,
                **parameters,
            }
        )
    )
