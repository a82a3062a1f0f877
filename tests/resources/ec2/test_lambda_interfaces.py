"""Network interfaces that Lambda leaves behind go before what they pin; those held or of others stay."""

from __future__ import annotations

from typing import Any

import pytest

from provision.engine.resource import Steps
from provision.errors import PatienceRanOut
from provision.resources.ec2.lambda_interfaces import LambdaInterfaces
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.subnet import Subnet
from provision.resources.ec2.vpc import Vpc
from tests.resources.ec2.census import census
from tests.resources.harness import Account

OURS = "AWS Lambda VPC ENI-shop-function-0a1b2c3d"


@pytest.fixture
def steps() -> Steps:
    steps = Steps()
    vpc = steps.add(Vpc(key="vpc", cidr="10.0.0.0/16"))
    subnet = steps.add(Subnet(key="subnet.private-a", vpc=vpc, cidr="10.0.0.0/24", zone_index=0))
    group = steps.add(SecurityGroup(key="group.function", vpc=vpc, name="shop-function", description="function"))
    steps.add(
        LambdaInterfaces(
            key="function.interfaces", function_name="shop-function", subnets=(subnet,), group=group, role=vpc
        )
    )
    return steps


def interface(account: Account, description: str) -> str:
    ids = account.ids()
    made: Any = account.outside("ec2").create_network_interface(
        SubnetId=ids["subnet.private-a"], Description=description, Groups=[ids["group.function"]]
    )
    return str(made["NetworkInterface"]["NetworkInterfaceId"])


def test_nothing_to_do_on_the_way_up(account: Account, steps: Steps) -> None:
    account.up(steps)
    interface(account, OURS)
    account.up(steps)
    assert account.sent == []
    assert "function.interfaces" not in account.look(steps)


def test_what_lambda_left_is_deleted_before_what_it_pins(account: Account, steps: Steps) -> None:
    account.up(steps)
    left = {interface(account, OURS), interface(account, OURS)}
    account.down(steps)
    assert {call["NetworkInterfaceId"] for call in account.told("DeleteNetworkInterface")} == left
    assert account.sent[:2] == ["DeleteNetworkInterface"] * 2
    assert census(account) == {}


def test_they_are_asked_for_by_subnet(account: Account, steps: Steps) -> None:
    """AWS: where there are very many interfaces, it answers no question that names neither subnet, VPC nor group."""
    account.up(steps)
    subnet = account.ids()["subnet.private-a"]
    interface(account, OURS)
    account.down(steps)
    asked = account.told("DescribeNetworkInterfaces")
    assert asked
    for told in asked:
        assert {"Name": "subnet-id", "Values": [subnet]} in told["Filters"]


def test_what_lambda_still_holds_is_waited_for(account: Account, steps: Steps) -> None:
    account.up(steps)
    interface(account, OURS)
    began = account.clock.now()

    def held(parsed: dict[str, Any]) -> None:
        for one in parsed["NetworkInterfaces"]:
            one["Status"] = "in-use" if account.clock.now() < began + 1000 else "available"

    account.rewrite("DescribeNetworkInterfaces", held)
    account.down(steps)
    assert 1000 <= account.clock.now() - began < 1000 * 1.05
    assert len(account.told("DeleteNetworkInterface")) == 1
    assert census(account) == {}


def test_an_hour_is_enough(account: Account, steps: Steps) -> None:
    account.up(steps)
    interface(account, OURS)
    began = account.clock.now()

    def held(parsed: dict[str, Any]) -> None:
        for one in parsed["NetworkInterfaces"]:
            one["Status"] = "in-use"

    account.rewrite("DescribeNetworkInterfaces", held)
    with pytest.raises(PatienceRanOut) as out:
        account.down(steps)
    assert "Lambda network interfaces to be gone after" in out.value.what
    assert "Lambda has not let go" in out.value.why
    assert 3600 <= account.clock.now() - began < 3700
    assert set(census(account)) == {"vpc", "subnet.private-a", "group.function"}


@pytest.mark.parametrize(
    "description",
    ["AWS Lambda VPC ENI-shop-functional-1", "AWS Lambda VPC ENI-shop-function-blue-0a1b2c3d", "a server"],
)
def test_interfaces_of_others_are_left_alone(account: Account, steps: Steps, description: str) -> None:
    account.up(steps)
    theirs = interface(account, description)
    account.down(steps)
    assert "DeleteNetworkInterface" not in account.sent
    listed = account.outside("ec2").describe_network_interfaces()["NetworkInterfaces"]
    assert theirs in [one["NetworkInterfaceId"] for one in listed]


def test_a_namesakes_interfaces_in_another_network_are_left_alone(account: Account, steps: Steps) -> None:
    """As of a function of the same name that somebody else had there."""
    account.up(steps)
    ec2 = account.outside("ec2")
    subnet = next(one["SubnetId"] for one in ec2.describe_subnets()["Subnets"] if one["DefaultForAz"])
    made = ec2.create_network_interface(SubnetId=subnet, Description=OURS)["NetworkInterface"]
    account.down(steps)
    assert "DeleteNetworkInterface" not in account.sent
    assert ec2.describe_network_interfaces(NetworkInterfaceIds=[made["NetworkInterfaceId"]])["NetworkInterfaces"]
