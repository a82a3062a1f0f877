"""Why something cannot be deleted: somebody else's thing is named at once, AWS's own is waited for."""

from typing import Any

import pytest

from provision.engine.events import StepDelayed
from provision.errors import Failed
from tests.resources.ec2.census import census
from tests.resources.ec2.in_the_way import ALWAYS, VIOLATION, interface
from tests.resources.ec2.network import network
from tests.resources.harness import Account


def test_somebody_elses_interface_is_named_and_the_rest_goes(account: Account) -> None:
    account.up(network())
    subnet = account.ids()["subnet.private-a"]
    theirs = interface(account, "a printer")
    account.refuse("DeleteSubnet", *VIOLATION, times=ALWAYS, about=subnet)
    began = account.clock.now()
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert f"{theirs} (a printer" in refused.value.why
    assert account.clock.now() - began < 1, "nothing to wait for"
    assert set(census(account)) == {"acl.default", "group.default", "subnet.private-a", "vpc"}
    account.outside("ec2").delete_network_interface(NetworkInterfaceId=theirs)
    account.relent()
    account.down(network())
    assert census(account) == {}


@pytest.mark.parametrize(
    "description",
    [
        "RDSNetworkInterface",
        "Network interface for DBProxy shop-proxy",
        "AWS Lambda VPC ENI-shop-function-0a1b2c3d",
        "AWS Lambda VPC ENI-shop-rotation-0a1b2c3d",
        "VPC Endpoint Interface vpce-0123",
    ],
)
def test_an_interface_that_aws_still_releases_is_waited_for(account: Account, description: str) -> None:
    account.up(network())
    group = account.ids()["group.database"]
    interface(account, description, group=group)
    account.refuse("DeleteSecurityGroup", *VIOLATION, times=5, about=group)
    account.down(network())
    assert census(account) == {}
    reasons = [event.reason for event in account.events if isinstance(event, StepDelayed)]
    assert len(reasons) == 5
    assert all(description in reason for reason in reasons)


@pytest.mark.parametrize("description", ["AWS Lambda VPC ENI-theirs-0a1b2c3d", "VPC Endpoint Interface vpce-0123"])
def test_a_service_that_works_for_somebody_else_is_somebody_else(account: Account, description: str) -> None:
    account.up(network())
    ids = account.ids()
    group = account.outside("ec2").create_security_group(VpcId=ids["vpc"], GroupName="theirs", Description="x")
    theirs = interface(account, description, group=group["GroupId"])
    account.refuse("DeleteSubnet", *VIOLATION, times=ALWAYS, about=ids["subnet.private-a"])
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert theirs in refused.value.why


def managed(account: Account, description: str, groups: list[str]) -> str:
    """An interface in our subnet that a service of AWS has made, with these of our groups."""
    ids = account.ids()
    made = interface(account, description, group=ids["group.database"])

    def told(answer: dict[str, Any]) -> None:
        for one in answer["NetworkInterfaces"]:
            if one["NetworkInterfaceId"] == made:
                one |= {"RequesterManaged": True, "Groups": [{"GroupId": ids[key]} for key in groups]}

    account.rewrite("DescribeNetworkInterfaces", told)
    return made


@pytest.mark.parametrize(
    ("description", "groups"),
    [
        ("Network Interface for Transit Gateway Attachment tgw-attach-1", []),
        ("ELB net/theirs/1", []),
        ("ELB app/theirs/1", ["group.database"]),
        ("EFS mount target for fs-1 (fsmt-1)", ["group.database"]),
    ],
)
def test_a_service_that_the_stack_does_not_use_is_somebody_else(
    account: Account, description: str, groups: list[str]
) -> None:
    account.up(network())
    ids = account.ids()
    theirs = managed(account, description, groups)
    account.refuse("DeleteSubnet", *VIOLATION, times=ALWAYS, about=ids["subnet.private-a"])
    account.refuse("DeleteSecurityGroup", *VIOLATION, times=ALWAYS, about=ids["group.database"])
    began = account.clock.now()
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert f"{theirs} ({description}" in refused.value.why
    assert account.clock.now() - began < 1, "nothing to wait for"


def test_a_service_with_just_our_groups_is_one_of_the_stack_in_whatever_words(account: Account) -> None:
    """How AWS describes its interfaces is no promise of AWS's."""
    account.up(network())
    ids = account.ids()
    managed(account, "Interface of a database", ["group.database"])
    account.refuse("DeleteSecurityGroup", *VIOLATION, times=5, about=ids["group.database"])
    account.down(network())
    assert census(account) == {}


def test_somebody_elses_endpoint_with_just_our_group_is_named(account: Account) -> None:
    account.up(network())
    ec2, ids = account.outside("ec2"), account.ids()
    wanted = {"VpcId": ids["vpc"], "ServiceName": "com.amazonaws.us-east-1.sqs", "VpcEndpointType": "Interface"}
    theirs = ec2.create_vpc_endpoint(**wanted)["VpcEndpoint"]["VpcEndpointId"]
    interface(account, f"VPC Endpoint Interface {theirs}", group=ids["group.database"])
    account.refuse("DeleteSubnet", *VIOLATION, times=ALWAYS, about=ids["subnet.private-a"])
    account.refuse("DeleteSecurityGroup", *VIOLATION, times=ALWAYS, about=ids["group.database"])
    began = account.clock.now()
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert f"VPC endpoint {theirs} (com.amazonaws.us-east-1.sqs)" in refused.value.why
    assert account.clock.now() - began < 1, "nothing to wait for"
    assert set(census(account)) == {"acl.default", "group.default", "group.database", "subnet.private-a", "vpc"}


@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_a_group_that_somebody_elses_group_names_is_told_so(account: Account, way: str) -> None:
    account.up(network())
    ec2, ids = account.outside("ec2"), account.ids()
    theirs = ec2.create_security_group(VpcId=ids["vpc"], GroupName="bastion", Description="x")["GroupId"]
    pair = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": ids["group.database"]}]}
    getattr(ec2, f"authorize_security_group_{way}")(GroupId=theirs, IpPermissions=[pair])
    account.refuse("DeleteSecurityGroup", *VIOLATION, times=ALWAYS, about=ids["group.database"])
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert f"security group {theirs} (bastion)" in refused.value.why
    assert set(census(account)) == {"acl.default", "group.default", "group.database", "vpc"}


def test_a_group_of_a_peered_vpc_that_names_ours_does_not_hold_it(account: Account) -> None:
    """AWS: a group is held by those of its own VPC; a rule in another is left without what it names."""
    account.up(network())
    ec2, ids = account.outside("ec2"), account.ids()
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    theirs = ec2.create_security_group(VpcId=other, GroupName="bastion", Description="x")["GroupId"]
    pair = {"IpProtocol": "tcp", "FromPort": 1, "ToPort": 1, "UserIdGroupPairs": [{"GroupId": ids["group.database"]}]}
    ec2.authorize_security_group_egress(GroupId=theirs, IpPermissions=[pair])
    interface(account, "RDSNetworkInterface", group=ids["group.database"])
    account.refuse("DeleteSecurityGroup", *VIOLATION, times=5, about=ids["group.database"])
    account.down(network())
    assert "group.database" not in census(account)


def somebodys_gateway(account: Account) -> str:
    """A NAT gateway of somebody else's in a public subnet of ours."""
    ec2 = account.outside("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    made = ec2.create_nat_gateway(SubnetId=account.ids()["subnet.public-b"], AllocationId=address)
    return str(made["NatGateway"]["NatGatewayId"])


def test_somebody_elses_nat_gateway_is_named_until_it_is_gone(account: Account) -> None:
    """Its interface looks like one that AWS lets go of by itself; AWS lists it for an hour after it is gone."""
    account.up(network())
    theirs = somebodys_gateway(account)
    account.refuse("DeleteSubnet", *VIOLATION, times=ALWAYS, about=account.ids()["subnet.public-b"])
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert f"NAT gateway {theirs}" in refused.value.why
    ec2 = account.outside("ec2")
    (gone,) = ec2.describe_nat_gateways(NatGatewayIds=[theirs])["NatGateways"]
    ec2.delete_nat_gateway(NatGatewayId=theirs)
    ec2.delete_network_interface(NetworkInterfaceId=gone["NatGatewayAddresses"][0]["NetworkInterfaceId"])
    account.refuse("DeleteSubnet", *VIOLATION, times=3, about=account.ids()["subnet.public-b"])
    account.down(network())
    assert census(account) == {}


def test_a_table_that_somebody_elses_subnet_uses_stays_with_it(account: Account) -> None:
    """Without the association the subnet would fall back on the main table, and have no way out."""
    account.up(network())
    ec2, ids = account.outside("ec2"), account.ids()
    theirs = ec2.create_subnet(VpcId=ids["vpc"], CidrBlock="10.0.9.0/24")["Subnet"]["SubnetId"]
    ec2.associate_route_table(RouteTableId=ids["table.public"], SubnetId=theirs)
    with pytest.raises(Failed, match="uses it") as refused:
        account.down(network())
    assert f"subnet {theirs}" in refused.value.why
    (table,) = ec2.describe_route_tables(RouteTableIds=[ids["table.public"]])["RouteTables"]
    assert theirs in [one.get("SubnetId") for one in table["Associations"]]


def test_groups_that_name_each_other_by_hand_do_not_hold_each_other(account: Account) -> None:
    account.up(network())
    ec2, ids = account.outside("ec2"), account.ids()
    for one, other in (("group.database", "group.function"), ("group.function", "group.database")):
        pair = {"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9, "UserIdGroupPairs": [{"GroupId": ids[other]}]}
        ec2.authorize_security_group_ingress(GroupId=ids[one], IpPermissions=[pair])
    account.refuse("DeleteSecurityGroup", *VIOLATION, times=2)
    account.down(network())
    revoked = {call["GroupId"] for call in account.told("RevokeSecurityGroupIngress")}
    assert {ids["group.database"], ids["group.function"]} <= revoked
    assert census(account) == {}


def test_a_table_that_became_the_main_one_is_told_so(account: Account) -> None:
    """AWS deletes the main table with the VPC alone."""
    account.up(network())
    ec2, ids = account.outside("ec2"), account.ids()
    everywhere = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [ids["vpc"]]}])["RouteTables"]
    (main,) = [one for table in everywhere for one in table["Associations"] if one["Main"]]
    ec2.replace_route_table_association(
        AssociationId=main["RouteTableAssociationId"], RouteTableId=ids["table.private-a"]
    )
    account.refuse("DeleteRouteTable", *VIOLATION, times=ALWAYS, about=ids["table.private-a"])
    began = account.clock.now()
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert f"{ids['vpc']}, as its main table" in refused.value.why
    assert account.clock.now() - began < 1, "nothing to wait for"
    assert set(census(account)) == {"acl.default", "group.default", "subnet.private-a", "table.private-a", "vpc"}
