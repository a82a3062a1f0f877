"""The network's whole life: made once wherever a run dies, tagged, found again without the state file, and gone."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.resources.ec2.census import TAGGED, census
from tests.resources.ec2.network import network
from tests.resources.harness import NAME, Account, Killed
from tests.sampled import sampled


def found_group(account: Account, name: str) -> str:
    """The id of the group of that name in our VPC."""
    listed = account.outside("ec2").describe_security_groups()["SecurityGroups"]
    return str(
        next(one["GroupId"] for one in listed if (one["GroupName"], one["VpcId"]) == (name, account.ids()["vpc"]))
    )


def test_everything_is_made_with_its_tags(account: Account) -> None:
    account.tags = {"team": "blue"}
    account.up(network())
    found = census(account)
    assert set(found) == TAGGED
    assert all(have["team"] == "blue" and have["Name"] == f"{NAME} {key}" for key, have in found.items())
    default = found_group(account, "default")
    tagged = [one for call in account.told("CreateTags") for one in call["Resources"]]
    made_by_aws = [one for one in tagged if one == default or one.startswith("acl-")]
    assert tagged == made_by_aws, "tags ride in the request that creates; AWS makes the default group and ACL"


def test_a_second_up_changes_nothing_and_asks_each_kind_once(account: Account) -> None:
    account.up(network())
    account.up(network())
    assert account.sent == []
    often = {operation: count for operation, count in Counter(name for name, _ in account.calls).items() if count > 1}
    assert often == {"DescribeVpcAttribute": 2}, "two attributes"


def test_what_the_network_is_like(account: Account) -> None:
    account.up(network(nats=2))
    ec2, ids = account.outside("ec2"), account.ids()
    subnets = {one["SubnetId"]: one for one in ec2.describe_subnets()["Subnets"]}
    for name in ("private", "public"):
        first, second = (subnets[ids[f"subnet.{name}-{zone}"]] for zone in "ab")
        assert first["AvailabilityZone"] != second["AvailabilityZone"]
        assert first["MapPublicIpOnLaunch"] is second["MapPublicIpOnLaunch"] is False
    for attribute, field in (
        ("enableDnsSupport", "EnableDnsSupport"),
        ("enableDnsHostnames", "EnableDnsHostnames"),
    ):
        assert ec2.describe_vpc_attribute(VpcId=ids["vpc"], Attribute=attribute)[field]["Value"]
    tables = {one["RouteTableId"]: one for one in ec2.describe_route_tables()["RouteTables"]}
    for key, subnet_keys, target in (
        ("table.public", {"subnet.public-a", "subnet.public-b"}, ids["internet-gateway"]),
        ("table.private-a", {"subnet.private-a"}, ids["nat.a"]),
        ("table.private-b", {"subnet.private-b"}, ids["nat.b"]),
    ):
        table = tables[ids[key]]
        assert {one["SubnetId"] for one in table["Associations"]} == {ids[subnet] for subnet in subnet_keys}
        out = [one for one in table["Routes"] if one.get("DestinationCidrBlock") == "0.0.0.0/0"]
        assert [one.get("NatGatewayId") or one.get("GatewayId") for one in out] == [target]


def test_groups_have_only_our_rules(account: Account) -> None:
    account.up(network())
    ids = account.ids()
    listed = account.outside("ec2").describe_security_group_rules()["SecurityGroupRules"]
    groups = {ids[key]: key for key in ids if key.startswith("group.")}
    rules = {
        (
            groups[rule["GroupId"]],
            "out" if rule["IsEgress"] else "in",
            rule["FromPort"],
            groups.get(rule.get("ReferencedGroupInfo", {}).get("GroupId", ""), rule.get("CidrIpv4")),
        )
        for rule in listed
        if rule["GroupId"] in groups
    }
    assert rules == {
        ("group.function", "out", 5432, "group.database"),
        ("group.database", "in", 5432, "group.function"),
        ("group.function", "out", 443, "0.0.0.0/0"),
        ("group.endpoint", "in", 443, "group.function"),
    }


def test_down_leaves_nothing(account: Account) -> None:
    before = account.outside("ec2").describe_vpcs()["Vpcs"]
    account.up(network())
    account.down(network())
    assert census(account) == {}
    assert account.outside("ec2").describe_vpcs()["Vpcs"] == before
    assert account.ids() == {}
    account.down(network())
    assert account.sent == []


def test_without_the_state_file_everything_is_found_again(account: Account) -> None:
    account.up(network())
    ids = account.ids()
    account.ledger.unlink()
    account.up(network())
    assert account.sent == []
    assert account.ids() == ids
    account.ledger.unlink()
    account.down(network())
    assert census(account) == {}


UP = (
    "AllocateAddress",
    "AssociateRouteTable",
    "AttachInternetGateway",
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CreateInternetGateway",
    "CreateNatGateway",
    "CreateNetworkAclEntry",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateTags",
    "CreateVpc",
    "CreateVpcEndpoint",
    "ModifyVpcAttribute",
    "ReplaceNetworkAclEntry",
    "RevokeSecurityGroupEgress",
)
DOWN = (
    "DeleteInternetGateway",
    "DeleteNatGateway",
    "DeleteRoute",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteVpc",
    "DeleteVpcEndpoints",
    "DetachInternetGateway",
    "DisassociateRouteTable",
    "ReleaseAddress",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
)


@pytest.mark.parametrize("operation", sampled(UP))
def test_dying_on_the_way_up_makes_nothing_twice(account: Account, operation: str) -> None:
    account.kill_after(operation)
    with pytest.raises(Killed):
        account.up(network())
    account.up(network())
    assert set(census(account)) == TAGGED
    account.up(network())
    assert account.sent == []


@pytest.mark.parametrize("operation", sampled(DOWN))
def test_dying_on_the_way_down_leaves_nothing(account: Account, operation: str) -> None:
    account.up(network())
    account.kill_after(operation)
    with pytest.raises(Killed):
        account.down(network())
    account.down(network())
    assert census(account) == {}
    assert account.ids() == {}


def test_no_call_is_left_out_above(account: Account) -> None:
    account.up(network())
    assert set(account.sent) == set(UP)
    account.down(network())
    assert set(account.sent) == set(DOWN)


def test_one_gateway_instead_of_two_keeps_a_way_out(account: Account) -> None:
    account.up(network(nats=2))
    account.up(network(nats=1))
    assert account.sent == ["ReplaceRoute"], "the route moves in one call"
    two = network(nats=2)
    account.down([two["nat.b"], two["address.nat-b"]])
    assert set(census(account)) == TAGGED
    account.up(network(nats=1))
    assert account.sent == []


def test_plan_and_status_see_a_whole_stack(account: Account) -> None:
    looks = account.look(network()).values()
    assert {(look.step.property_only, look.verb) for look in looks} == {(False, "create"), (True, "change")}
    account.up(network())
    assert {look.verb for look in account.look(network()).values()} == {"leave"}
    assert account.sent == []
