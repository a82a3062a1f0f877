"""Each thing that somebody can change or delete by hand is shown by a look and repaired by the next `up`."""

from collections.abc import Callable
from typing import Any

import pytest

from provision.errors import CannotChange
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
    "endpoint in another subnet": (
        "endpoint.secretsmanager",
        lambda ec2, ids: ec2.modify_vpc_endpoint(
            VpcEndpointId=ids["endpoint.secretsmanager"],
            AddSubnetIds=[ids["subnet.public-b"]],
            RemoveSubnetIds=[ids["subnet.private-b"]],
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
