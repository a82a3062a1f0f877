"""An account as anybody sees it who has boto3 and nothing of provision."""

from __future__ import annotations

import json
from typing import Any

import boto3

STACK, KEY = "provision:stack", "provision:key"
FUNCTION, DATABASE, PROXY = "lambda-rds-function", "lambda-rds-database", "lambda-rds-proxy"
ANYWHERE = "0.0.0.0/0"


def tagged(listed: Any) -> dict[str, str]:
    """Tags as a dictionary, however a service lists them."""
    if isinstance(listed, dict):
        return {str(key): str(value) for key, value in listed.items()}
    return {one["Key"]: one["Value"] for one in listed or []}


class PlainAccount:
    """Plain questions; what a fresh account has of its own (default VPCs and the like) is left out."""

    def __init__(self, url: str, region: str) -> None:
        self._session: Any = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any", region_name=region)
        self._url = url
        self.region = region

    def ask(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self._url)

    @property
    def vpc(self) -> dict[str, Any]:
        (found,) = (vpc for vpc in self.ask("ec2").describe_vpcs()["Vpcs"] if not vpc["IsDefault"])
        return dict(found)

    def of_vpc(self, operation: str, field: str) -> list[dict[str, Any]]:
        """What lies in our VPC, such as `describe_subnets`."""
        filters = [{"Name": "vpc-id", "Values": [self.vpc["VpcId"]]}]
        return list(getattr(self.ask("ec2"), operation)(Filters=filters)[field])

    def by_key(self, operation: str, field: str) -> dict[str, dict[str, Any]]:
        """What lies in our VPC and is tagged, by its key."""
        listed = self.of_vpc(operation, field)
        return {tagged(one["Tags"])[KEY]: one for one in listed if KEY in tagged(one.get("Tags"))}

    def groups(self) -> dict[str, dict[str, Any]]:
        """Security groups of our VPC by their names."""
        return {one["GroupName"]: one for one in self.of_vpc("describe_security_groups", "SecurityGroups")}

    def doors(self, group: str) -> set[tuple[str, str, int, int, str]]:
        """What a group lets through: way, protocol, first and last port, and the peer by its name or its range."""
        names = {one["GroupId"]: name for name, one in self.groups().items()}
        found = set()
        for rule in self.ask("ec2").describe_security_group_rules()["SecurityGroupRules"]:
            if names.get(rule["GroupId"]) == group:
                peer = names.get(rule.get("ReferencedGroupInfo", {}).get("GroupId", ""), rule.get("CidrIpv4", ""))
                way = "out" if rule["IsEgress"] else "in"
                found.add((way, rule["IpProtocol"], rule["FromPort"], rule["ToPort"], peer))
        return found

    def secret(self) -> dict[str, Any]:
        """The one secret's JSON."""
        (listed,) = self.ask("secretsmanager").list_secrets()["SecretList"]
        found: dict[str, Any] = json.loads(
            self.ask("secretsmanager").get_secret_value(SecretId=listed["ARN"])["SecretString"]
        )
        return found

    def secret_arn(self) -> str:
        (listed,) = self.ask("secretsmanager").list_secrets()["SecretList"]
        return str(listed["ARN"])

    def database(self) -> dict[str, Any]:
        (found,) = self.ask("rds").describe_db_instances()["DBInstances"]
        return dict(found)

    def function(self) -> dict[str, Any]:
        (found,) = self.ask("lambda").list_functions()["Functions"]
        return dict(found)

    def role(self, principal: str) -> dict[str, Any]:
        """The one role that `principal` may assume, with `Statements`, all that its policies say."""
        iam = self.ask("iam")
        (name,) = (
            role["RoleName"]
            for role in iam.list_roles()["Roles"]
            if role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"] == {"Service": principal}
        )
        assert iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"] == [], "the stack asks for no more"
        inline = [
            iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
            for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
        ]
        return {
            **iam.get_role(RoleName=name)["Role"],
            "Statements": [one for document in inline for one in document["Statement"]],
        }

    def rds_tags(self, arn: str) -> dict[str, str]:
        return tagged(self.ask("rds").list_tags_for_resource(ResourceName=arn)["TagList"])

    def tags(self) -> dict[str, dict[str, str]]:
        """The tags of everything taggable that a stack may be made of, by kind and id."""
        return {f"{kind} {name}": tagged(tags) for kind, name, tags in self._everything()}

    def _everything(self) -> list[tuple[str, str, Any]]:
        ec2, rds, logs, iam = (self.ask(service) for service in ("ec2", "rds", "logs", "iam"))
        ours = {vpc["VpcId"] for vpc in ec2.describe_vpcs()["Vpcs"] if not vpc["IsDefault"]}
        groups = [one for one in ec2.describe_security_groups()["SecurityGroups"] if one["VpcId"] in ours]
        lists = [one for one in ec2.describe_network_acls()["NetworkAcls"] if one["VpcId"] in ours]
        ids = {one["GroupId"] for one in groups}
        rules = [one for one in ec2.describe_security_group_rules()["SecurityGroupRules"] if one["GroupId"] in ids]
        tables = [one for one in ec2.describe_route_tables()["RouteTables"] if one["VpcId"] in ours]
        aside = [one for one in tables if not any(each["Main"] for each in one["Associations"])]
        subnets = [one for one in ec2.describe_subnets()["Subnets"] if one["VpcId"] in ours]
        endpoints = [one for one in ec2.describe_vpc_endpoints()["VpcEndpoints"] if one["State"] != "deleted"]
        nats = [one for one in ec2.describe_nat_gateways()["NatGateways"] if one["State"] != "deleted"]
        plain = [
            ("VPC", "VpcId", [one for one in ec2.describe_vpcs()["Vpcs"] if one["VpcId"] in ours]),
            ("subnet", "SubnetId", subnets),
            ("internet gateway", "InternetGatewayId", ec2.describe_internet_gateways()["InternetGateways"]),
            ("address", "AllocationId", ec2.describe_addresses()["Addresses"]),
            ("NAT gateway", "NatGatewayId", nats),
            ("route table", "RouteTableId", aside),
            ("group", "GroupId", groups),
            ("network ACL", "NetworkAclId", lists),
            ("rule", "SecurityGroupRuleId", rules),
            ("endpoint", "VpcEndpointId", endpoints),
            ("secret", "Name", self.ask("secretsmanager").list_secrets()["SecretList"]),
        ]
        found = [(kind, one[field], one.get("Tags")) for kind, field, listed in plain for one in listed]
        for kind, operation, field, name, arn in (
            ("database", "describe_db_instances", "DBInstances", "DBInstanceIdentifier", "DBInstanceArn"),
            ("subnet group", "describe_db_subnet_groups", "DBSubnetGroups", "DBSubnetGroupName", "DBSubnetGroupArn"),
            (
                "parameter group",
                "describe_db_parameter_groups",
                "DBParameterGroups",
                "DBParameterGroupName",
                "DBParameterGroupArn",
            ),
            ("proxy", "describe_db_proxies", "DBProxies", "DBProxyName", "DBProxyArn"),
            ("snapshot", "describe_db_snapshots", "DBSnapshots", "DBSnapshotIdentifier", "DBSnapshotArn"),
        ):
            found += [(kind, one[name], self.rds_tags(one[arn])) for one in getattr(rds, operation)()[field]]
        for function in self.ask("lambda").list_functions()["Functions"]:
            tags = self.ask("lambda").list_tags(Resource=function["FunctionArn"])["Tags"]
            found.append(("function", function["FunctionName"], tags))
        for group in logs.describe_log_groups()["logGroups"]:
            tags = logs.list_tags_for_resource(resourceArn=group["arn"].removesuffix(":*"))["tags"]
            found.append(("log group", group["logGroupName"], tags))
        for role in iam.list_roles()["Roles"]:
            found.append(("role", role["RoleName"], iam.get_role(RoleName=role["RoleName"])["Role"].get("Tags")))
        return found
