"""Each property that we set, changed by hand: a look names it, `up` brings back just that."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.resources.whole import Whole

Outside = Callable[[str], Any]
Meddle = Callable[[Outside, dict[str, str]], object]
SSH = [{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def rule_described(aws: Outside, ids: dict[str, str]) -> None:
    across = [{"CidrIp": "0.0.0.0/0", "Description": "mine"}]
    permission = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": across}
    aws("ec2").update_security_group_rule_descriptions_egress(GroupId=ids["group.function"], IpPermissions=[permission])


NETWORK: dict[str, tuple[str, str, Meddle]] = {
    "a rule's description": ("rule.function-to-internet", "description", rule_described),
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


def shown_and_repaired(stack: Whole, key: str, field: str, meddle: Meddle) -> None:
    meddle(stack.account.outside, stack.account.ids())
    assert stack.differing() == {key: [field]}
    stack.up()
    assert stack.account.sent != []
    assert stack.here.census() == stack.pristine
    stack.up()
    assert stack.account.sent == []
    assert stack.differing() == {}


@pytest.mark.parametrize("what", NETWORK)
def test_in_the_network(stack: Whole, what: str) -> None:
    shown_and_repaired(stack, *NETWORK[what])
