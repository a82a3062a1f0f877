"""What keeps an internet gateway and an address: public addresses that are still mapped, and whose."""

from typing import Any

import pytest

from provision.engine.events import StepFailed
from provision.errors import Failed, NoCredentials, PatienceRanOut
from tests.resources.ec2.census import census
from tests.resources.ec2.in_the_way import ALWAYS, interface
from tests.resources.ec2.network import network
from tests.resources.harness import Account

MAPPED = ("DependencyViolation", "Network vpc-1 has some mapped public address(es). Please unmap those.")


def test_a_gateway_waits_for_public_addresses_to_be_unmapped(account: Account) -> None:
    account.up(network())
    account.refuse("DetachInternetGateway", *MAPPED, times=20)
    account.down(network())
    assert census(account) == {}
    assert len(account.told("DetachInternetGateway")) == 21


def test_a_gateway_is_not_held_by_what_has_no_public_address(account: Account) -> None:
    account.up(network())
    interface(account, "their server", subnet="subnet.public-b")
    subnet = account.ids()["subnet.public-b"]
    account.outside("ec2").create_nat_gateway(SubnetId=subnet, ConnectivityType="private")
    account.refuse("DetachInternetGateway", *MAPPED, times=3)
    steps = network()
    account.down([steps["internet-gateway"]])
    assert "internet-gateway" not in census(account)


def test_a_gateway_is_held_by_somebody_elses_public_address(account: Account) -> None:
    account.up(network())
    ec2 = account.outside("ec2")
    theirs = interface(account, "their server", subnet="subnet.public-b")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, NetworkInterfaceId=theirs)
    account.refuse("DetachInternetGateway", *MAPPED, times=ALWAYS)
    with pytest.raises(Failed) as refused:
        account.down(network())
    assert theirs in refused.value.why
    assert "internet-gateway" in census(account)


def test_a_gateway_is_held_by_a_public_address_that_is_not_an_interfaces_first(account: Account) -> None:
    account.up(network())
    theirs = interface(account, "their server", subnet="subnet.public-b")

    def second(told: dict[str, Any]) -> None:
        for one in told["NetworkInterfaces"]:
            if one["NetworkInterfaceId"] == theirs:
                one["PrivateIpAddresses"].append({"Primary": False, "Association": {"PublicIp": "192.0.2.1"}})

    account.rewrite("DescribeNetworkInterfaces", second)
    account.refuse("DetachInternetGateway", *MAPPED, times=ALWAYS)
    with pytest.raises(Failed) as refused:
        account.down([network()["internet-gateway"]])
    assert theirs in refused.value.why


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("InvalidIPAddress.InUse", "Address is in use."),
        ("AuthFailure", "You do not have permission to access the specified resource."),
    ],
)
def test_an_address_is_released_once_its_gateway_let_go(account: Account, code: str, text: str) -> None:
    account.up(network())
    account.refuse("ReleaseAddress", code, text, times=10)
    account.down(network())
    assert census(account) == {}


def test_credentials_that_aws_does_not_know_are_no_reason_to_wait(account: Account) -> None:
    account.up(network())
    account.refuse("ReleaseAddress", "AuthFailure", "AWS was not able to validate the provided access credentials")
    with pytest.raises(NoCredentials):
        account.down(network())


def test_an_address_that_is_never_let_go_ends_the_wait_with_the_reason(account: Account) -> None:
    account.up(network())
    account.refuse("ReleaseAddress", "InvalidIPAddress.InUse", "It is in use.", times=ALWAYS)
    with pytest.raises(PatienceRanOut) as out:
        account.down(network())
    assert "It is in use." in out.value.why
    assert [event.key for event in account.events if isinstance(event, StepFailed)] == ["address.nat-a"]
    assert set(census(account)) == {"address.nat-a"}
