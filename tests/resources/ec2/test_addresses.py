"""An Elastic IP address that AWS does not release, and why."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from provision.engine.resource import Steps
from provision.errors import Failed
from provision.resources.ec2.elastic_ip import ElasticIp
from tests.resources.ec2.network import network
from tests.resources.harness import Account

IN_USE = "InvalidIPAddress.InUse"
HELD = ("AssociationId", "NetworkInterfaceId")


@pytest.fixture
def steps(account: Account) -> Steps:
    steps = Steps()
    steps.add(ElasticIp(key="address.nat-a"))
    account.up(steps)
    return steps


def when_deleted(told: dict[str, Any]) -> None:
    for one in told["NatGateways"]:
        if one["State"] == "deleted":
            one["DeleteTime"] = datetime.now(UTC)


def associated(**told: Any) -> Any:
    return lambda answer: [one.update(told) for one in answer["Addresses"]]


def test_one_that_is_not_free_yet_is_released_later(account: Account, steps: Steps) -> None:
    account.refuse("ReleaseAddress", IN_USE, times=3)
    account.down(steps)
    assert account.sent == ["ReleaseAddress"] * 4


def test_one_that_somebodys_instance_has_is_told(account: Account, steps: Steps) -> None:
    account.rewrite("DescribeAddresses", associated(InstanceId="i-0a1b2c"))
    account.refuse("ReleaseAddress", IN_USE)
    with pytest.raises(Failed, match="something that is not this stack's uses it") as told:
        account.down(steps)
    assert "i-0a1b2c" in told.value.why


@pytest.mark.parametrize(
    ("description", "theirs"), [("their server", True), ("Interface for NAT Gateway nat-0a1b2c", False)]
)
def test_one_on_an_interface_is_told_unless_a_gateway_has_still_to_let_go_of_it(
    account: Account,
    steps: Steps,
    description: str,
    theirs: bool,  # noqa: FBT001 - a column of the table
) -> None:
    ec2 = account.outside("ec2")
    subnet = ec2.describe_subnets()["Subnets"][0]["SubnetId"]
    made = ec2.create_network_interface(SubnetId=subnet, Description=description)
    interface = made["NetworkInterface"]["NetworkInterfaceId"]
    account.rewrite("DescribeAddresses", associated(NetworkInterfaceId=interface))
    account.refuse("ReleaseAddress", IN_USE, times=3)
    if theirs:
        with pytest.raises(Failed, match="something that is not this stack's uses it") as told:
            account.down(steps)
        assert interface in told.value.why
        assert account.told("DescribeNetworkInterfaces") == [{"NetworkInterfaceIds": [interface]}]
        return
    account.down(steps)
    assert account.sent == ["ReleaseAddress"] * 4


def test_one_that_aws_lists_with_our_own_gateways_interface_is_waited_for(account: Account) -> None:
    """AWS lists a gateway for an hour after it is gone; its interface may say nothing of whose it is."""
    steps = network()
    account.up(steps)
    ec2, address = account.outside("ec2"), account.ids()["address.nat-a"]
    (gateway,) = ec2.describe_nat_gateways()["NatGateways"]
    interface = gateway["NatGatewayAddresses"][0]["NetworkInterfaceId"]

    def without_words(told: dict[str, Any]) -> None:
        told["NetworkInterfaces"] = [{"NetworkInterfaceId": interface}]

    account.rewrite("DescribeAddresses", associated(NetworkInterfaceId=interface))
    account.refuse("ReleaseAddress", IN_USE, times=3, about=address)
    account.rewrite("DescribeNetworkInterfaces", without_words)
    account.rewrite("DescribeNatGateways", lambda told: told.update(NatGateways=[{**gateway, "State": "deleted"}]))
    account.down([step for step in steps if step.key == "address.nat-a"])
    assert account.sent == ["ReleaseAddress"] * 4


def test_what_a_gateway_that_is_gone_still_shows_is_no_obstacle(account: Account, steps: Steps) -> None:
    account.rewrite("DescribeAddresses", associated(NetworkInterfaceId="eni-0a1b2c"))
    account.down(steps)
    assert account.sent == ["ReleaseAddress"]


@pytest.mark.parametrize("emulator", [True, False], ids=["an emulator", "AWS"])
def test_one_that_an_emulator_never_takes_from_a_gateway_that_is_gone_is_exchanged(
    account: Account,
    emulator: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """moto leaves it with the gateway that somebody deleted. AWS, which tells when that was, lets go of it."""
    steps = network()
    account.up(steps)
    ec2, before = account.outside("ec2"), account.ids()
    ec2.delete_nat_gateway(NatGatewayId=before["nat.a"])
    if not emulator:
        account.rewrite("DescribeNatGateways", when_deleted)
        account.refuse("CreateNatGateway", "Resource.AlreadyAssociated", times=2)
        (address,) = ec2.describe_addresses()["Addresses"]
        ec2.disassociate_address(AssociationId=address["AssociationId"])
        account.rewrite("DescribeAddresses", associated(**{key: address[key] for key in HELD}))
    account.up(steps)
    assert ("ReleaseAddress" in account.sent) == emulator
    assert (account.ids()["address.nat-a"] != before["address.nat-a"]) == emulator
    gateways = [one for one in ec2.describe_nat_gateways()["NatGateways"] if one["State"] != "deleted"]
    assert [one["NatGatewayId"] for one in gateways] == [account.ids()["nat.a"]]
    assert len(ec2.describe_addresses()["Addresses"]) == 1
    account.up(steps)
    assert account.sent == []
