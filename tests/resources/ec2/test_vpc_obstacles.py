"""Why a VPC cannot be deleted: what others have in it, or tied to it, is named."""

from collections.abc import Callable
from typing import Any

import pytest

from provision.engine.events import StepDelayed
from provision.errors import Failed
from tests.resources.ec2.census import census
from tests.resources.ec2.in_the_way import ALWAYS, VIOLATION
from tests.resources.ec2.network import network
from tests.resources.harness import Account


def test_guard_duty_in_our_vpc_is_named(account: Account) -> None:
    account.up(network())
    ec2, vpc = account.outside("ec2"), account.ids()["vpc"]
    name = f"GuardDutyManagedSecurityGroup-{vpc}"
    group = ec2.create_security_group(VpcId=vpc, GroupName=name, Description="GuardDuty")["GroupId"]
    service = "com.amazonaws.us-east-1.guardduty-data"
    endpoint = ec2.create_vpc_endpoint(
        VpcEndpointType="Interface", VpcId=vpc, ServiceName=service, SecurityGroupIds=[group]
    )
    account.refuse("DeleteVpc", *VIOLATION, times=ALWAYS)
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert f"security group {group} ({name})" in refused.value.why
    assert f"VPC endpoint {endpoint['VpcEndpoint']['VpcEndpointId']} ({service})" in refused.value.why
    assert set(census(account)) == {"acl.default", "group.default", "vpc"}
    assert ec2.describe_security_groups(GroupIds=[group])["SecurityGroups"]


def test_a_vpc_with_nothing_of_others_in_it_is_tried_again(account: Account) -> None:
    account.up(network())
    account.refuse("DeleteVpc", *VIOLATION, times=5)
    account.down(network())
    assert census(account) == {}


def peering_as_accepter(ec2: Any, vpc: str) -> str:
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    asked = ec2.create_vpc_peering_connection(VpcId=other, PeerVpcId=vpc)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=asked["VpcPeeringConnectionId"])
    return f"peering connection {asked['VpcPeeringConnectionId']}"


def peering_as_requester(ec2: Any, vpc: str) -> str:
    other = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    asked = ec2.create_vpc_peering_connection(VpcId=vpc, PeerVpcId=other)["VpcPeeringConnection"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=asked["VpcPeeringConnectionId"])
    return f"peering connection {asked['VpcPeeringConnectionId']}"


def vpn_gateway(ec2: Any, vpc: str) -> str:
    gateway = str(ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"])
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=vpc)
    return f"VPN gateway {gateway}"


def egress_only_gateway(ec2: Any, vpc: str) -> str:
    made = ec2.create_egress_only_internet_gateway(VpcId=vpc)["EgressOnlyInternetGateway"]
    return f"egress-only internet gateway {made['EgressOnlyInternetGatewayId']}"


@pytest.mark.parametrize("make", [peering_as_accepter, peering_as_requester, vpn_gateway, egress_only_gateway])
def test_what_ties_somebody_elses_network_to_the_vpc_is_named(
    account: Account, make: Callable[[Any, str], str]
) -> None:
    account.up(network())
    ec2, vpc = account.outside("ec2"), account.ids()["vpc"]
    theirs = make(ec2, vpc)
    account.refuse("DeleteVpc", *VIOLATION, times=ALWAYS)
    began = account.clock.now()
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert theirs in refused.value.why
    assert account.clock.now() - began < 1, "nothing to wait for"
    assert set(census(account)) == {"acl.default", "group.default", "vpc"}


def test_what_is_tied_to_another_vpc_or_no_more_holds_nothing(account: Account) -> None:
    """AWS lists a peering connection for hours after it was deleted, and a VPN gateway's attachment for a while."""
    account.up(network())
    ec2, vpc = account.outside("ec2"), account.ids()["vpc"]
    other = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    peering_as_accepter(ec2, other)
    egress_only_gateway(ec2, other)
    vpn_gateway(ec2, other)
    deleted = peering_as_accepter(ec2, vpc).rpartition(" ")[2]
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=deleted)
    account.refuse("DeleteVpc", *VIOLATION, times=3)
    account.down(network())
    assert census(account) == {}


def test_a_vpc_that_is_held_by_what_is_not_asked_for_says_what_that_may_be(account: Account) -> None:
    vpc = [network()["vpc"]]
    account.up(vpc)
    account.refuse("DeleteVpc", *VIOLATION)
    account.down(vpc)
    (delayed,) = (event.reason for event in account.events if isinstance(event, StepDelayed))
    assert "of another service, such as VPC Lattice" in delayed


def test_what_comes_with_every_vpc_is_nobodys(account: Account) -> None:
    """Its group and its ACL, where they never got our tags or lost them, and its main table."""
    account.up(network())
    ids, keys = account.ids(), [{"Key": "provision:stack"}, {"Key": "provision:key"}]
    account.outside("ec2").delete_tags(Resources=[ids["group.default"], ids["acl.default"]], Tags=keys)
    account.refuse("DeleteVpc", *VIOLATION, times=3)
    account.down(network())
    assert "vpc" not in census(account)
