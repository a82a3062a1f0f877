"""What there is of EC2."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provision.aws.local.manners.census.item import Item, chosen, tags_of
from provision.aws.local.manners.inside import Inside

_GONE = frozenset({"deleted", "failed"})


def items(inside: Inside, region: str) -> Iterator[Item]:
    """All of one Region, default VPCs and what AWS made in them left out."""
    vpcs = list(inside.listed("ec2", "DescribeVpcs", region, "Vpcs"))
    default = {one["VpcId"] for one in vpcs if one.get("IsDefault")}
    for kind in (
        _subnets,
        _gateways,
        _addresses,
        _nat_gateways,
        _tables,
        _groups,
        _rules,
        _endpoints,
        _interfaces,
        _flow_logs,
    ):
        for item in kind(inside, region):
            if item.properties.get("VpcId") not in default:
                yield item
    for vpc in vpcs:
        if vpc["VpcId"] not in default:
            yield _vpc(inside, region, vpc)


def _vpc(inside: Inside, region: str, vpc: dict[str, Any]) -> Item:
    properties = chosen(vpc, "CidrBlock", "InstanceTenancy", "State")
    for name in ("enableDnsSupport", "enableDnsHostnames"):
        response = inside.ask("ec2", "DescribeVpcAttribute", region, VpcId=vpc["VpcId"], Attribute=name) or {}
        properties[name] = response.get(name[0].upper() + name[1:], {}).get("Value")
    return Item(kind="vpc", id=vpc["VpcId"], region=region, properties=properties, tags=tags_of(vpc.get("Tags")))


def _subnets(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeSubnets", region, "Subnets"):
        properties = chosen(one, "VpcId", "CidrBlock", "AvailabilityZone", "MapPublicIpOnLaunch", "State")
        yield Item(
            kind="subnet", id=one["SubnetId"], region=region, properties=properties, tags=tags_of(one.get("Tags"))
        )


def _gateways(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeInternetGateways", region, "InternetGateways"):
        properties = {"attached to": [attachment["VpcId"] for attachment in one.get("Attachments", [])]}
        tags = tags_of(one.get("Tags"))
        yield Item(
            kind="internet gateway", id=one["InternetGatewayId"], region=region, properties=properties, tags=tags
        )


def _addresses(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeAddresses", region, "Addresses"):
        properties = {**chosen(one, "Domain"), "associated with": one.get("NetworkInterfaceId")}
        tags = tags_of(one.get("Tags"))
        yield Item(kind="address", id=one["AllocationId"], region=region, properties=properties, tags=tags)


def _nat_gateways(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeNatGateways", region, "NatGateways"):
        if one["State"] in _GONE:
            continue
        properties = chosen(one, "VpcId", "SubnetId", "State", "ConnectivityType")
        properties["addresses"] = [address.get("AllocationId") for address in one.get("NatGatewayAddresses", [])]
        tags = tags_of(one.get("Tags"))
        yield Item(kind="nat gateway", id=one["NatGatewayId"], region=region, properties=properties, tags=tags)


def _tables(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeRouteTables", region, "RouteTables"):
        associations = one.get("Associations", [])
        routes = [_route(route) for route in one.get("Routes", [])]
        plain = all(route["to"] == "local" for route in routes)
        if plain and any(association.get("Main") for association in associations):
            continue  # as AWS made it
        subnets = [association.get("SubnetId") for association in associations]
        properties = {"VpcId": one["VpcId"], "subnets": [subnet for subnet in subnets if subnet], "routes": routes}
        tags = tags_of(one.get("Tags"))
        yield Item(kind="route table", id=one["RouteTableId"], region=region, properties=properties, tags=tags)


def _route(route: dict[str, Any]) -> dict[str, Any]:
    where = (
        route.get("DestinationCidrBlock")
        or route.get("DestinationIpv6CidrBlock")
        or route.get("DestinationPrefixListId")
    )
    targets = (route[name] for name in ("NatGatewayId", "GatewayId", "NetworkInterfaceId") if route.get(name))
    return {"from": where, "to": next(targets, ""), "state": route.get("State", "active")}


def _groups(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeSecurityGroups", region, "SecurityGroups"):
        properties = chosen(one, "VpcId", "GroupName", "Description")
        tags = tags_of(one.get("Tags"))
        called = f"{one['GroupName']} of {one['VpcId']}"
        if one["GroupName"] == "default" and not tags:
            continue
        yield Item(kind="group", id=one["GroupId"], region=region, properties=properties, tags=tags, called=called)


def _rules(inside: Inside, region: str) -> Iterator[Item]:
    own = {one["GroupId"]: one for one in inside.listed("ec2", "DescribeSecurityGroups", region, "SecurityGroups")}
    for one in inside.listed("ec2", "DescribeSecurityGroupRules", region, "SecurityGroupRules"):
        group = own.get(one["GroupId"], {})
        properties = chosen(
            one, "GroupId", "IsEgress", "IpProtocol", "FromPort", "ToPort", "CidrIpv4", "CidrIpv6", "Description"
        )
        properties["VpcId"] = group.get("VpcId")
        properties["group"] = group.get("GroupName")
        properties["peer"] = (one.get("ReferencedGroupInfo") or {}).get("GroupId")
        way = "egress" if one.get("IsEgress") else "ingress"
        opened = f"{one.get('IpProtocol')} {one.get('FromPort')} {properties['peer']} {one.get('CidrIpv4')}"
        called = f"{way} of {one['GroupId']} {opened}"
        tags = tags_of(one.get("Tags"))
        yield Item(
            kind="rule", id=one["SecurityGroupRuleId"], region=region, properties=properties, tags=tags, called=called
        )


def _endpoints(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeVpcEndpoints", region, "VpcEndpoints"):
        if one["State"].lower() in _GONE:
            continue
        properties = chosen(one, "VpcId", "ServiceName", "VpcEndpointType", "PrivateDnsEnabled", "SubnetIds", "State")
        properties["groups"] = [group["GroupId"] for group in one.get("Groups", [])]
        tags = tags_of(one.get("Tags"))
        yield Item(kind="endpoint", id=one["VpcEndpointId"], region=region, properties=properties, tags=tags)


def _flow_logs(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeFlowLogs", region, "FlowLogs"):
        properties = chosen(
            one, "ResourceId", "TrafficType", "LogGroupName", "LogDestinationType", "DeliverLogsPermissionArn",
            "FlowLogStatus", "DeliverLogsStatus",
        )  # fmt: skip
        yield Item(
            kind="flow log", id=one["FlowLogId"], region=region, properties=properties, tags=tags_of(one.get("Tags"))
        )


def _interfaces(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("ec2", "DescribeNetworkInterfaces", region, "NetworkInterfaces"):
        properties = chosen(one, "VpcId", "SubnetId", "Status", "InterfaceType")
        properties["groups"] = [group["GroupId"] for group in one.get("Groups", [])]
        said = str(one.get("Description", ""))
        lambdas = said.startswith("AWS Lambda VPC ENI-")
        properties["Description"] = said[: -len("-00000000-0000-0000-0000-000000000000")] if lambdas else said
        tags = tags_of(one.get("TagSet"))
        if properties["Description"] == "RDSNetworkInterface":
            del properties["SubnetId"]  # AWS's own choice among those of the subnet group
        called = f"{properties['Description']} in {properties.get('SubnetId', one['VpcId'])}"
        yield Item(
            kind="interface",
            id=one["NetworkInterfaceId"],
            region=region,
            properties=properties,
            tags=tags,
            called=called,
        )
