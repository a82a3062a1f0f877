"""Things of somebody else's in the account, of every kind that a stack has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.databases import SMALL
from tests.policies import ANYTHING, trust
from tests.stage import REGION
from tests.zipped import zipped

TRUST = trust("lambda", "rds")
Client = Callable[[str], Any]


def network(aws: Client) -> tuple[str, list[str]]:
    """Somebody's VPC with two subnets."""
    ec2 = aws("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    return vpc, [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{number}.0/24", AvailabilityZone=f"{REGION}{zone}")["Subnet"][
            "SubnetId"
        ]
        for number, zone in enumerate("ab")
    ]


def made(aws: Client, stem: str, secret_name: str, roles: list[str], log_group: str, parameters: str) -> dict[str, str]:
    """Somebody's things of every kind that has a name of its own; their ids."""
    _, subnets = network(aws)
    iam, rds, logs = aws("iam"), aws("rds"), aws("logs")
    arns = []
    for role in roles:
        arns.append(iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"])
        iam.put_role_policy(RoleName=role, PolicyName="mine", PolicyDocument=json.dumps(ANYTHING))
    value = json.dumps({"username": "me", "password": "mine"})
    secret = aws("secretsmanager").create_secret(Name=secret_name, SecretString=value)["ARN"]
    rds.create_db_subnet_group(DBSubnetGroupName=f"{stem}-database", DBSubnetGroupDescription="mine", SubnetIds=subnets)
    rds.create_db_parameter_group(
        DBParameterGroupName=parameters, DBParameterGroupFamily="postgres17", Description="mine"
    )
    rds.create_db_instance(
        DBInstanceIdentifier=f"{stem}-database",
        DBSubnetGroupName=f"{stem}-database",
        **SMALL,
    )
    logs.create_log_group(logGroupName=log_group)
    aws("lambda").create_function(
        FunctionName=f"{stem}-function",
        Role=arns[0],
        Runtime="python3.13",
        Handler="index.handler",
        Code={"ZipFile": zipped()},
    )
    rds.create_db_proxy(
        DBProxyName=f"{stem}-proxy",
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": secret}],
        RoleArn=arns[-1],
        VpcSubnetIds=subnets,
    )
    rds.describe_db_proxies()  # by now it is there
    return {
        "secret": secret,
        "database.subnets": f"{stem}-database",
        "database.parameters": parameters,
        "database": f"{stem}-database",
        "role.function": roles[0],
        "role.proxy": roles[-1],
        "function.logs": log_group,
        "function": f"{stem}-function",
        "proxy": f"{stem}-proxy",
    }


def namesakes(aws: Client) -> dict[str, str]:
    return made(
        aws,
        "lambda-rds",
        "lambda-rds/database",
        [f"lambda-rds-{REGION}-function", f"lambda-rds-{REGION}-proxy"],
        "/aws/lambda/lambda-rds-function",
        "lambda-rds-database-postgres17",
    )


def things_in_ec2(aws: Client) -> dict[str, str]:
    """Somebody's things of every kind of EC2."""
    ec2 = aws("ec2")
    vpc, (a, b) = network(aws)
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.associate_route_table(RouteTableId=table, SubnetId=a)
    nat = ec2.create_nat_gateway(SubnetId=a, AllocationId=address)["NatGateway"]["NatGatewayId"]
    group = ec2.create_security_group(GroupName="mine", Description="mine", VpcId=vpc)["GroupId"]
    ssh = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "10.9.0.0/16"}]}]
    rule = ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=ssh)["SecurityGroupRules"][0]
    return {
        "vpc": vpc,
        "subnet.private-a": a,
        "subnet.private-b": b,
        "subnet.public-a": a,
        "internet-gateway": gateway,
        "address.nat-a": address,
        "nat.a": nat,
        "table.public": table,
        "table.private-a": table,
        "route.public": f"{table}:0.0.0.0/0",
        "group.function": group,
        "group.database": group,
        "group.proxy": group,
        "rule.database-from-function": rule["SecurityGroupRuleId"],
    }
