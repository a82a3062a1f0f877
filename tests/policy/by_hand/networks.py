"""The network and its security groups."""

from __future__ import annotations

import json
from typing import Any

from tests.policy.by_hand.found import MINE, STACK, named, tagged
from tests.stage import REGION, Stage


def network(stage: Stage) -> None:
    """Tags, attributes, entries, associations, routes, rules and descriptions of the network."""
    ec2 = stage.client("ec2")
    subnets, tables = tagged(stage, "subnets", "Subnets"), tagged(stage, "route_tables", "RouteTables")
    vpc = tagged(stage, "vpcs", "Vpcs")["vpc"]["VpcId"]
    subnet = subnets["subnet.private-a"]["SubnetId"]
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": False})
    ec2.modify_subnet_attribute(SubnetId=subnet, MapPublicIpOnLaunch={"Value": True})
    ec2.delete_tags(Resources=[subnet], Tags=[{"Key": "Name"}])
    for key in ("table.private-a", "table.private-b"):
        ec2.disassociate_route_table(AssociationId=tables[key]["Associations"][0]["RouteTableAssociationId"])
    other = ec2.create_route_table(VpcId=vpc, TagSpecifications=named("route-table", "other"))["RouteTable"][
        "RouteTableId"
    ]
    ec2.associate_route_table(RouteTableId=other, SubnetId=subnets["subnet.private-b"]["SubnetId"])
    gateway = tagged(stage, "internet_gateways", "InternetGateways")["internet-gateway"]["InternetGatewayId"]
    table = tables["table.private-a"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="192.168.0.0/16", GatewayId=gateway)
    ec2.replace_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    ec2.delete_route(RouteTableId=tables["table.private-b"]["RouteTableId"], DestinationCidrBlock="0.0.0.0/0")
    (acl,) = ec2.describe_network_acls(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["NetworkAcls"]
    world = {"NetworkAclId": acl["NetworkAclId"], "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0"}
    ec2.replace_network_acl_entry(RuleNumber=100, Egress=False, **world)
    ec2.delete_network_acl_entry(NetworkAclId=acl["NetworkAclId"], RuleNumber=110, Egress=False)
    ec2.create_network_acl_entry(RuleNumber=90, Egress=False, **world)


def rules(stage: Stage) -> None:
    """Rules too many, rules that are gone, other descriptions."""
    ec2 = stage.client("ec2")
    groups = {key: one["GroupId"] for key, one in tagged(stage, "security_groups", "SecurityGroups").items()}
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.authorize_security_group_ingress(GroupId=groups["group.function"], IpPermissions=everything)
    ec2.authorize_security_group_egress(GroupId=groups["group.database"], IpPermissions=everything)
    across = [{"CidrIp": "0.0.0.0/0", "Description": "mine"}]
    out = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": across}]
    ec2.update_security_group_rule_descriptions_egress(GroupId=groups["group.function"], IpPermissions=out)
    across = between(groups["group.function"])
    ec2.update_security_group_rule_descriptions_ingress(GroupId=groups["group.database"], IpPermissions=across)


def between(peer: str) -> Any:
    """The rule that lets PostgreSQL's port be reached from or to the group `peer`, described by somebody."""
    pairs = [{"GroupId": peer, "Description": "mine"}]
    return [{"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": pairs}]


def proxy_rules(stage: Stage) -> None:
    """Of the proxy's group: a rule whose port somebody changed, and other descriptions."""
    ec2 = stage.client("ec2")
    told = ec2.describe_security_group_rules()["SecurityGroupRules"]
    tags = {one["SecurityGroupRuleId"]: {tag["Key"]: tag["Value"] for tag in one.get("Tags", [])} for one in told}
    rule = {tags[one["SecurityGroupRuleId"]].get("provision:key"): one for one in told}
    for key in ("rule.proxy-from-function", "rule.proxy-to-database"):
        peer = rule[key]["ReferencedGroupInfo"]["GroupId"]
        wide = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 6000, "ReferencedGroupId": peer}
        one = {"SecurityGroupRuleId": rule[key]["SecurityGroupRuleId"], "SecurityGroupRule": wide}
        ec2.modify_security_group_rules(GroupId=rule[key]["GroupId"], SecurityGroupRules=[one])
    leaving, entering = rule["rule.function-to-proxy"], rule["rule.database-from-proxy"]
    ec2.update_security_group_rule_descriptions_egress(
        GroupId=leaving["GroupId"], IpPermissions=between(leaving["ReferencedGroupInfo"]["GroupId"])
    )
    ec2.update_security_group_rule_descriptions_ingress(
        GroupId=entering["GroupId"], IpPermissions=between(entering["ReferencedGroupInfo"]["GroupId"])
    )


def two_networks(stage: Stage) -> None:
    """Two runs have made a VPC at the same time; it is ours that goes."""
    tags: Any = [{"Key": "provision:stack", "Value": STACK}, {"Key": "provision:key", "Value": "vpc"}]
    made = [{"ResourceType": "vpc", "Tags": tags}]
    ec2 = stage.client("ec2")
    ids = [ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=made)["Vpc"]["VpcId"] for _ in "ab"]
    row = {"kind": "VPC", "status": "creating", "id": max(ids), "attrs": {}, "token": "", "since": stage.clock.stamp()}
    whose = {"version": 1, "stack": STACK, "target": "aws", "account": "123456789012", "region": REGION}
    told = {**whose, "features": {}, "resources": {"vpc": row}}
    (stage.state / f"{STACK}.json").write_text(json.dumps(told), encoding="utf-8")


def untagged_rule(stage: Stage) -> None:
    """It is known by the state file alone, and by the group that it is in."""
    ec2 = stage.client("ec2")
    for rule in ec2.describe_security_group_rules(Filters=MINE)["SecurityGroupRules"]:
        ec2.delete_tags(Resources=[rule["SecurityGroupRuleId"]])


def untagged_proxy_group(stage: Stage) -> None:
    group = tagged(stage, "security_groups", "SecurityGroups")["group.proxy"]["GroupId"]
    stage.client("ec2").delete_tags(Resources=[group], Tags=[{"Key": "Name"}])


def somebodys_group(stage: Stage) -> None:
    """In our VPC, which cannot be deleted then."""
    vpc = tagged(stage, "vpcs", "Vpcs")["vpc"]["VpcId"]
    stage.client("ec2").create_security_group(VpcId=vpc, GroupName="theirs", Description="theirs")


def held(stage: Stage) -> None:
    """Somebody's interface has the proxy's group, which AWS then does not delete."""
    subnet = tagged(stage, "subnets", "Subnets")["subnet.private-a"]["SubnetId"]
    group = tagged(stage, "security_groups", "SecurityGroups")["group.proxy"]["GroupId"]
    stage.client("ec2").create_network_interface(SubnetId=subnet, Groups=[group], Description="a printer")


def endpoint(stage: Stage) -> None:
    ec2 = stage.client("ec2")
    made = tagged(stage, "vpc_endpoints", "VpcEndpoints")["endpoint.secretsmanager"]["VpcEndpointId"]
    ec2.modify_vpc_endpoint(
        VpcEndpointId=made,
        PolicyDocument=json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}),
    )
