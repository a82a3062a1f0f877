"""Each thing that somebody can change or delete by hand is shown by a look and repaired by the next `up`."""

from collections.abc import Callable
from typing import Any

import pytest

from provision.errors import CannotChange
from provision.resources.ec2.security_group_rule import SecurityGroupRule
from tests.resources.ec2.network import network
from tests.resources.harness import Account
from tests.sampled import sampled

Ids = dict[str, str]
Meddle = Callable[[Any, Ids], object]
ANYWHERE = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def another_table(ec2: Any, ids: Ids) -> None:
    ec2.delete_tags(Resources=[ids["table.private-a"]], Tags=[{"Key": "Name"}])
    other = ec2.create_route_table(VpcId=ids["vpc"])["RouteTable"]["RouteTableId"]
    tables = ec2.describe_route_tables(RouteTableIds=[ids["table.private-b"]])["RouteTables"]
    association = tables[0]["Associations"][0]["RouteTableAssociationId"]
    ec2.replace_route_table_association(AssociationId=association, RouteTableId=other)


def no_table(ec2: Any, ids: Ids) -> None:
    tables = ec2.describe_route_tables(RouteTableIds=[ids["table.private-b"]])["RouteTables"]
    ec2.disassociate_route_table(AssociationId=tables[0]["Associations"][0]["RouteTableAssociationId"])


def default_rules(ec2: Any, ids: Ids) -> None:
    filters = [{"Name": "vpc-id", "Values": [ids["vpc"]]}, {"Name": "group-name", "Values": ["default"]}]
    group = ec2.describe_security_groups(Filters=filters)["SecurityGroups"][0]["GroupId"]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpPermissions=[{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}]
    )
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[ANYWHERE])


def open_acl(ec2: Any, ids: Ids) -> None:
    """One entry changed, one removed, one added."""
    filters = [{"Name": "vpc-id", "Values": [ids["vpc"]]}, {"Name": "default", "Values": ["true"]}]
    acl = ec2.describe_network_acls(Filters=filters)["NetworkAcls"][0]["NetworkAclId"]
    world = {"NetworkAclId": acl, "Protocol": "-1", "RuleAction": "allow", "CidrBlock": "0.0.0.0/0", "Egress": False}
    ec2.replace_network_acl_entry(RuleNumber=100, **world)
    ec2.delete_network_acl_entry(NetworkAclId=acl, RuleNumber=110, Egress=False)
    ec2.create_network_acl_entry(RuleNumber=90, **world)


def no_nat(ec2: Any, ids: Ids) -> None:
    ec2.delete_nat_gateway(NatGatewayId=ids["nat.a"])
    address = ec2.describe_addresses(AllocationIds=[ids["address.nat-a"]])["Addresses"][0]
    ec2.disassociate_address(AssociationId=address["AssociationId"])  # AWS frees it; moto 5.2.5 does not


CHANGED: dict[str, tuple[str, Meddle]] = {
    "DNS host names off": (
        "vpc.dns",
        lambda ec2, ids: ec2.modify_vpc_attribute(VpcId=ids["vpc"], EnableDnsHostnames={"Value": False}),
    ),
    "DNS support off": (
        "vpc.dns",
        lambda ec2, ids: ec2.modify_vpc_attribute(VpcId=ids["vpc"], EnableDnsSupport={"Value": False}),
    ),
    "default group has rules": ("group.default", default_rules),
    "default ACL open to the world": ("acl.default", open_acl),
    "public addresses on launch": (
        "subnet.private-a",
        lambda ec2, ids: ec2.modify_subnet_attribute(
            SubnetId=ids["subnet.private-a"], MapPublicIpOnLaunch={"Value": True}
        ),
    ),
    "gateway detached": (
        "internet-gateway",
        lambda ec2, ids: ec2.detach_internet_gateway(InternetGatewayId=ids["internet-gateway"], VpcId=ids["vpc"]),
    ),
    "subnet in another table": ("table.private-b", another_table),
    "subnet in no table": ("table.private-b", no_table),
    "route leads elsewhere": (
        "route.private-a",
        lambda ec2, ids: ec2.replace_route(
            RouteTableId=ids["table.private-a"],
            DestinationCidrBlock="0.0.0.0/0",
            GatewayId=ids["internet-gateway"],
        ),
    ),
    "a rule too many": (
        "group.database",
        lambda ec2, ids: ec2.authorize_security_group_ingress(GroupId=ids["group.database"], IpPermissions=[ANYWHERE]),
    ),
    "a rule's port": (
        "rule.database-from-function",
        lambda ec2, ids: ec2.modify_security_group_rules(
            GroupId=ids["group.database"],
            SecurityGroupRules=[
                {
                    "SecurityGroupRuleId": ids["rule.database-from-function"],
                    "SecurityGroupRule": {
                        "IpProtocol": "tcp",
                        "FromPort": 1,
                        "ToPort": 65535,
                        "ReferencedGroupId": ids["group.function"],
                    },
                }
            ],
        ),
    ),
    "endpoint in one subnet": (
        "endpoint.secretsmanager",
        lambda ec2, ids: ec2.modify_vpc_endpoint(
            VpcEndpointId=ids["endpoint.secretsmanager"], RemoveSubnetIds=[ids["subnet.private-b"]]
        ),
    ),
    "endpoint in another group": (
        "endpoint.secretsmanager",
        lambda ec2, ids: ec2.modify_vpc_endpoint(
            VpcEndpointId=ids["endpoint.secretsmanager"],
            AddSecurityGroupIds=[ids["group.function"]],
            RemoveSecurityGroupIds=[ids["group.endpoint"]],
        ),
    ),
}


@pytest.mark.parametrize("what", sampled(CHANGED))
def test_what_was_changed_by_hand_is_shown_and_repaired(account: Account, what: str) -> None:
    key, meddle = CHANGED[what]
    account.up(network())
    meddle(account.outside("ec2"), account.ids())
    assert key in [name for name, look in account.look(network()).items() if look.changes]
    account.up(network())
    assert account.sent != []
    assert {look.verb for look in account.look(network()).values()} == {"leave"}
    account.up(network())
    assert account.sent == []


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
    """A virtual private gateway that propagates, and a gateway endpoint for S3: AWS deletes none of them here."""
    account.up(network())
    theirs = [
        {"DestinationCidrBlock": "192.168.0.0/16", "GatewayId": "vgw-1", "Origin": "EnableVgwRoutePropagation"},
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1", "Origin": "CreateRoute"},
    ]

    def propagated(told: dict[str, Any]) -> None:
        for table in told["RouteTables"]:
            table["Routes"].extend(theirs)

    account.rewrite("DescribeRouteTables", propagated)
    account.up(network())
    assert account.sent == []


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


DELETED: dict[str, Meddle] = {
    "nat.a": no_nat,
    "route.private-a": lambda ec2, ids: ec2.delete_route(
        RouteTableId=ids["table.private-a"], DestinationCidrBlock="0.0.0.0/0"
    ),
    "rule.database-from-function": lambda ec2, ids: ec2.revoke_security_group_ingress(
        GroupId=ids["group.database"], SecurityGroupRuleIds=[ids["rule.database-from-function"]]
    ),
    "rule.function-to-internet": lambda ec2, ids: ec2.revoke_security_group_egress(
        GroupId=ids["group.function"], SecurityGroupRuleIds=[ids["rule.function-to-internet"]]
    ),
    "endpoint.secretsmanager": lambda ec2, ids: ec2.delete_vpc_endpoints(
        VpcEndpointIds=[ids["endpoint.secretsmanager"]]
    ),
}


@pytest.mark.parametrize("key", sampled(DELETED))
def test_what_was_deleted_by_hand_is_made_again(account: Account, key: str) -> None:
    account.up(network())
    DELETED[key](account.outside("ec2"), account.ids())
    assert account.look(network())[key].verb == "create"
    account.up(network())
    assert account.sent != []
    assert {look.verb for look in account.look(network()).values()} == {"leave"}
    account.down(network())
    assert account.ids() == {}


def test_tags_are_repaired_and_others_left(account: Account) -> None:
    account.up(network())
    keys = ("vpc", "subnet.public-a", "internet-gateway", "address.nat-a", "nat.a", "table.public", "group.database")
    ec2, made = account.outside("ec2"), {account.ids()[key]: key for key in keys}
    ec2.create_tags(Resources=[*made], Tags=[{"Key": "Name", "Value": "x"}, {"Key": "cost", "Value": "7"}])
    account.up(network())
    assert account.sent == ["CreateTags"] * len(keys)
    told = {asked["Resources"][0]: asked["Tags"] for asked in account.told("CreateTags")}
    assert told == {one: [{"Key": "Name", "Value": f"shop {key}"}] for one, key in made.items()}


def test_new_tags_of_the_user_reach_what_is_there(account: Account) -> None:
    account.up(network())
    account.tags = {"team": "blue"}
    account.up(network())
    assert set(account.sent) == {"CreateTags"}
    account.up(network())
    assert account.sent == []


def test_a_rule_that_lost_its_tags_gets_them_back_and_stays(account: Account) -> None:
    account.up(network())
    rule = account.ids()["rule.database-from-function"]
    keys = [{"Key": key} for key in ("Name", "provision:stack", "provision:key")]
    account.outside("ec2").delete_tags(Resources=[rule], Tags=keys)
    account.up(network())
    assert account.sent == ["CreateTags"]
    assert account.ids()["rule.database-from-function"] == rule


def test_a_twin_of_a_rule_without_tags_or_row_gives_way(account: Account) -> None:
    steps = network()
    rule = steps["rule.database-from-function"]
    assert isinstance(rule, SecurityGroupRule)
    account.up(step for step in steps if step.key != rule.key)
    ids = account.ids()
    pairs = [{"GroupId": ids["group.function"]}]
    twin = {"IpProtocol": "tcp", "FromPort": rule.port, "ToPort": rule.port, "UserIdGroupPairs": pairs}
    account.outside("ec2").authorize_security_group_ingress(GroupId=ids["group.database"], IpPermissions=[twin])
    account.up(network())
    assert account.sent == ["RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"]
    account.up(network())
    assert account.sent == []


@pytest.mark.parametrize(
    ("steps", "words"),
    [(network(cidr="10.0.0.0/20"), "network.cidr"), (network(zones=("us-east-1c", "us-east-1d")), "network.zones")],
)
def test_what_aws_does_not_change_in_place_is_refused(account: Account, steps: Any, words: str) -> None:
    account.up(network())
    with pytest.raises(CannotChange) as refused:
        account.up(steps)
    assert words in str(refused.value)
    assert account.sent == []
