"""Rules, routes, entries, attributes."""

import json

from tests.resources.by_hand import Outside, Table

SSH = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def rule_described(aws: Outside, ids: dict[str, str]) -> None:
    across = [{"CidrIp": "0.0.0.0/0", "Description": "mine"}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": across}
    aws("ec2").update_security_group_rule_descriptions_egress(GroupId=ids["group.function"], IpPermissions=[permission])


def rule_between_groups_described(aws: Outside, ids: dict[str, str]) -> None:
    pairs = [{"GroupId": ids["group.function"], "Description": "mine"}]
    permission = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": pairs}
    described = aws("ec2").update_security_group_rule_descriptions_ingress
    described(GroupId=ids["group.database"], IpPermissions=[permission])


NETWORK: Table = {
    "a rule's description": ("rule.function-to-internet", "description", rule_described),
    "that of a rule between groups": ("rule.database-from-function", "description", rule_between_groups_described),
    "a route too many": (
        "table.private-a",
        "route 192.168.0.0/16",
        lambda aws, ids: aws("ec2").create_route(
            RouteTableId=ids["table.private-a"],
            DestinationCidrBlock="192.168.0.0/16",
            GatewayId=ids["internet-gateway"],
        ),
    ),
    "a route for IPv6": (
        "table.public",
        "route ::/0",
        lambda aws, ids: aws("ec2").create_route(
            RouteTableId=ids["table.public"], DestinationIpv6CidrBlock="::/0", GatewayId=ids["internet-gateway"]
        ),
    ),
    "the endpoint's policy": (
        "endpoint.secretsmanager",
        "policy",
        lambda aws, ids: aws("ec2").modify_vpc_endpoint(
            VpcEndpointId=ids["endpoint.secretsmanager"],
            PolicyDocument=json.dumps({"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "*"}]}),
        ),
    ),
    "the endpoint's private DNS": (
        "endpoint.secretsmanager",
        "private DNS",
        lambda aws, ids: aws("ec2").modify_vpc_endpoint(
            VpcEndpointId=ids["endpoint.secretsmanager"], PrivateDnsEnabled=False
        ),
    ),
    "the default group's tags": (
        "group.default",
        "tag Name",
        lambda aws, ids: aws("ec2").delete_tags(Resources=[ids["group.default"]], Tags=[{"Key": "Name"}]),
    ),
    "a rule in the default group": (
        "group.default",
        "ingress rules",
        lambda aws, ids: aws("ec2").authorize_security_group_ingress(GroupId=ids["group.default"], IpPermissions=SSH),
    ),
    "a rule in the proxy's group": (
        "group.proxy",
        "rule",
        lambda aws, ids: aws("ec2").authorize_security_group_ingress(GroupId=ids["group.proxy"], IpPermissions=SSH),
    ),
}
