"""NAT gateways in time, and the address and the internet gateway that depend on them."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from provision.aws.local.manners import durations
from tests.manners.conftest import LifelikeAccount
from tests.manners.stack import code_of, network


def state(ec2: Any, gateway: str) -> str:
    return str(ec2.describe_nat_gateways(NatGatewayIds=[gateway])["NatGateways"][0]["State"])


def test_it_becomes_available_in_time_and_goes_in_time(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    ec2, net = account.client("ec2"), network(account)
    made = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=net.address)["NatGateway"]
    gateway = made["NatGatewayId"]
    assert made["State"] == "pending"
    account.advance(durations.NAT_GATEWAY_CREATE - 5)
    assert state(ec2, gateway) == "pending"
    account.advance(10)
    assert state(ec2, gateway) == "available"
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    account.advance(durations.NAT_GATEWAY_DELETE - 5)
    assert state(ec2, gateway) == "deleting"
    account.advance(10)
    assert state(ec2, gateway) == "deleted"


def test_its_address_is_in_use_then_forbidden_then_free(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    ec2, net = account.client("ec2"), network(account)
    gateway = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=net.address)["NatGateway"]["NatGatewayId"]

    def release() -> str:
        return code_of(ec2.release_address, AllocationId=net.address)

    def detach() -> str:
        return code_of(ec2.detach_internet_gateway, InternetGatewayId=net.gateway, VpcId=net.vpc)

    assert release() == "InvalidIPAddress.InUse"
    assert detach() == "DependencyViolation"
    ec2.delete_nat_gateway(NatGatewayId=gateway)
    assert release() == "AuthFailure"
    account.advance(durations.NAT_GATEWAY_DELETE + 1)
    assert state(ec2, gateway) == "deleted"
    assert release() == "AuthFailure"
    assert detach() == "DependencyViolation"
    account.advance(durations.ADDRESS_RELEASE_LAG + 1)
    assert detach() == ""
    assert release() == ""


def test_without_an_internet_gateway_it_fails_later(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    ec2, net = account.client("ec2"), network(account, attached=False)
    made = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=net.address)["NatGateway"]
    assert made["State"] == "pending"
    account.advance(durations.NAT_GATEWAY_FAIL + 1)
    gateway = ec2.describe_nat_gateways(NatGatewayIds=[made["NatGatewayId"]])["NatGateways"][0]
    assert (gateway["State"], gateway["FailureCode"]) == ("failed", "Gateway.NotAttached")
    assert code_of(ec2.release_address, AllocationId=net.address) in {"", "AuthFailure"}


def test_at_pace_0_nothing_takes_time(account: LifelikeAccount) -> None:
    ec2, net = account.client("ec2"), network(account)
    made = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=net.address)["NatGateway"]
    assert made["State"] == "available"
    ec2.delete_nat_gateway(NatGatewayId=made["NatGatewayId"])
    ec2.release_address(AllocationId=net.address)
    ec2.detach_internet_gateway(InternetGatewayId=net.gateway, VpcId=net.vpc)


def test_a_pace_of_a_hundredth_is_a_hundred_times_quicker(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 0.01})
    ec2, net = account.client("ec2"), network(account)
    gateway = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=net.address)["NatGateway"]["NatGatewayId"]
    assert state(ec2, gateway) == "pending"
    account.advance(durations.NAT_GATEWAY_CREATE / 100)
    assert state(ec2, gateway) == "available"


def test_an_outcome_can_be_asked_for(account: LifelikeAccount) -> None:
    account.manners.set({"outcomes": {"nat-gateway": "InsufficientFreeAddressesInSubnet"}})
    ec2, net = account.client("ec2"), network(account)
    made = ec2.create_nat_gateway(SubnetId=net.subnets[0], AllocationId=net.address)["NatGateway"]
    gateway = ec2.describe_nat_gateways(NatGatewayIds=[made["NatGatewayId"]])["NatGateways"][0]
    assert gateway["FailureCode"] == "InsufficientFreeAddressesInSubnet"
    with pytest.raises(ValueError, match="an outcome is for one of"):
        account.manners.set({"outcomes": {"bucket": "full"}})
    with pytest.raises(ClientError):
        ec2.delete_subnet(SubnetId="subnet-00000000")
