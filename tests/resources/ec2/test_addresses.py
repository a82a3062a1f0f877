"""An Elastic IP address that AWS does not release, and why."""

from __future__ import annotations

from typing import Any

import pytest

from provision.engine.resource import Steps
from provision.errors import Failed
from provision.resources.ec2.elastic_ip import ElasticIp
from tests.resources.harness import Account

IN_USE = "InvalidIPAddress.InUse"


@pytest.fixture
def steps(account: Account) -> Steps:
    steps = Steps()
    steps.add(ElasticIp(key="address.nat-a"))
    account.up(steps)
    return steps


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


def test_what_a_gateway_that_is_gone_still_shows_is_no_obstacle(account: Account, steps: Steps) -> None:
    account.rewrite("DescribeAddresses", associated(NetworkInterfaceId="eni-0a1b2c"))
    account.down(steps)
    assert account.sent == ["ReleaseAddress"]
