"""How a difference is repaired: in which order, by which calls, and what is left as AWS has it."""

import json
from typing import Any

import pytest

from tests.resources.ec2.network import network
from tests.resources.harness import Account


def test_dns_support_comes_before_the_host_names_that_want_it(account: Account) -> None:
    steps = network()
    few = [steps["vpc"], steps["vpc.dns"]]
    account.up(few)
    for attribute in ("EnableDnsHostnames", "EnableDnsSupport"):
        account.outside("ec2").modify_vpc_attribute(VpcId=account.ids()["vpc"], **{attribute: {"Value": False}})
    account.up(few)
    assert [set(told) - {"VpcId"} for told in account.told("ModifyVpcAttribute")] == [
        {"EnableDnsSupport"},
        {"EnableDnsHostnames"},
    ]


def test_the_default_acl_lets_answers_in_before_it_shuts_out_the_world(account: Account) -> None:
    """And never stops what may pass in between."""
    account.up(network())
    entries = [name for name in account.sent if name.endswith("NetworkAclEntry")]
    assert entries == ["CreateNetworkAclEntry", "CreateNetworkAclEntry", "ReplaceNetworkAclEntry"]


@pytest.mark.parametrize(
    "changed", [{"CidrIpv4": "10.0.0.0/8"}, {"IpProtocol": "udp"}], ids=lambda one: next(iter(one))
)
def test_a_rule_for_another_peer_or_protocol_is_no_longer_ours(account: Account, changed: dict[str, str]) -> None:
    steps = network()
    few = [steps[key] for key in ("vpc", "group.function", "rule.function-to-internet")]
    account.up(few)
    ids, ec2 = account.ids(), account.outside("ec2")
    as_made = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv4": "0.0.0.0/0"}
    other = {"SecurityGroupRuleId": ids["rule.function-to-internet"], "SecurityGroupRule": as_made | changed}
    ec2.modify_security_group_rules(GroupId=ids["group.function"], SecurityGroupRules=[other])
    (change,) = account.look(few)["rule.function-to-internet"].changes
    assert (change.field, change.want) == ("rule", "egress tcp 443 to 0.0.0.0/0")
    account.up(few)
    (rule,) = ec2.describe_security_group_rules(Filters=[{"Name": "group-id", "Values": [ids["group.function"]]}])[
        "SecurityGroupRules"
    ]
    assert as_made.items() <= rule.items()


def test_a_gateway_that_is_attached_elsewhere_is_brought_home(account: Account) -> None:
    steps = network()
    few = [steps["vpc"], steps["internet-gateway"]]
    account.up(few)
    ids, ec2 = account.ids(), account.outside("ec2")
    other, gateway = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"], ids["internet-gateway"]
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=ids["vpc"])
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=other)
    account.up(few)
    (told,) = ec2.describe_internet_gateways(InternetGatewayIds=[gateway])["InternetGateways"]
    assert [one["VpcId"] for one in told["Attachments"]] == [ids["vpc"]]


def test_routes_that_aws_puts_into_a_table_are_left_to_it(account: Account) -> None:
    """A virtual private gateway that propagates, and a gateway endpoint for S3: AWS deletes none of them here. Nor is
    one to a prefix list of somebody's."""
    account.up(network())
    theirs = [
        {"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"},
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute"},
        {"DestinationPrefixListId": "pl-2", "NatGatewayId": "nat-1", "Origin": "CreateRoute"},
    ]

    def propagated(told: dict[str, Any]) -> None:
        for table in told["RouteTables"]:
            table["Routes"].extend(theirs)

    account.rewrite("DescribeRouteTables", propagated)
    account.up(network())
    assert account.sent == []


def test_a_route_is_taken_out_by_the_name_of_its_family(account: Account) -> None:
    """AWS refuses a range of IPv6 as one of IPv4; moto takes it."""
    account.up(network())
    table, gateway = account.ids()["table.public"], account.ids()["internet-gateway"]
    ranges = {"DestinationCidrBlock": "192.168.0.0/16", "DestinationIpv6CidrBlock": "::/0"}
    for family, cidr in ranges.items():
        account.outside("ec2").create_route(RouteTableId=table, GatewayId=gateway, **{family: cidr})
    account.up(network())
    told = account.told("DeleteRoute")
    assert sorted(told, key=str) == sorted(({"RouteTableId": table, one: ranges[one]} for one in ranges), key=str)


def test_a_route_that_leads_nowhere_is_shown(account: Account) -> None:
    account.up(network())
    assert account.look(network())["route.public"].changes == ()

    def gone(told: dict[str, Any]) -> None:
        for table in told["RouteTables"]:
            for route in table["Routes"]:
                route["State"] = "blackhole"

    account.rewrite("DescribeRouteTables", gone)
    gateway = account.ids()["internet-gateway"]
    changes = account.look(network())["route.public"].changes
    assert [str(one) for one in changes] == [f"through: {gateway}, which is gone -> {gateway}"]


def test_an_endpoints_policy_may_be_one_statement_that_is_in_no_list(account: Account) -> None:
    """IAM's grammar lets it; AWS keeps a policy as it was written."""
    account.up(network())
    endpoint = account.ids()["endpoint.secretsmanager"]
    for effect, shown in (("Allow", []), ("Deny", ["policy"])):
        alone = {"Effect": effect, "Principal": "*", "Action": "*", "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": alone})
        account.outside("ec2").modify_vpc_endpoint(VpcEndpointId=endpoint, PolicyDocument=document)
        changes = account.look(network())["endpoint.secretsmanager"].changes
        assert [one.field for one in changes] == shown
    account.up(network())
    account.up(network())
    assert account.sent == []
