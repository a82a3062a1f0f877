"""Which two zones the stack lies in: those that suit or were asked for, and the same ones for the rest of its life."""

from __future__ import annotations

from typing import Any

import pytest

from provision.aws import zones
from provision.errors import BadSetting, Failed
from tests.resources.ec2.network import network
from tests.resources.harness import Account


def test_the_first_two_that_suit(account: Account) -> None:
    assert zones.choose(account.run(), ()) == ("us-east-1a", "us-east-1b")


def test_they_are_the_same_in_whatever_order_aws_lists_them(account: Account) -> None:
    account.rewrite("DescribeAvailabilityZones", lambda parsed: parsed["AvailabilityZones"].reverse())
    assert zones.choose(account.run(), ()) == ("us-east-1a", "us-east-1b")


def test_the_users_own(account: Account) -> None:
    assert zones.choose(account.run(), ("us-east-1d", "us-east-1b")) == ("us-east-1d", "us-east-1b")


@pytest.mark.parametrize("zone", ["us-east-1e", "eu-west-1a", "us-east-1-bos-1a"])
def test_a_zone_that_cannot_be_used_is_refused_with_those_that_can(account: Account, zone: str) -> None:
    """us-east-1e is use1-az3 on moto, which RDS Proxy does not serve."""
    with pytest.raises(BadSetting) as bad:
        zones.choose(account.run(), ("us-east-1a", zone))
    assert zone in bad.value.what
    assert "us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f" in bad.value.hint


@pytest.mark.parametrize(
    "fields",
    [{"State": "impaired"}, {"ZoneType": "local-zone"}, {"OptInStatus": "not-opted-in"}, {"ZoneId": "use1-az3"}],
)
def test_what_does_not_suit_is_passed_over(account: Account, fields: dict[str, str]) -> None:
    account.rewrite("DescribeAvailabilityZones", lambda parsed: parsed["AvailabilityZones"][0].update(fields))
    assert zones.choose(account.run(), ()) == ("us-east-1b", "us-east-1c")


def test_a_region_with_one_zone_will_not_do(account: Account) -> None:
    def one(parsed: dict[str, Any]) -> None:
        del parsed["AvailabilityZones"][1:]

    account.rewrite("DescribeAvailabilityZones", one)
    with pytest.raises(Failed):
        zones.choose(account.run(), ())


def test_subnets_that_are_there_decide_for_the_rest(account: Account) -> None:
    """A zone that came or went between two runs must not put both private subnets into one, or the pair apart."""
    steps = network()
    account.up([steps["vpc"], steps["subnet.private-a"]])
    account.rewrite("DescribeAvailabilityZones", lambda parsed: parsed["AvailabilityZones"].pop(0))
    account.up(network())
    listed = account.outside("ec2").describe_subnets()["Subnets"]
    zone_of = {one["SubnetId"]: one["AvailabilityZone"] for one in listed}
    where = {key: zone_of[made] for key, made in account.ids().items() if key.startswith("subnet.")}
    assert where == {
        "subnet.private-a": "us-east-1a",
        "subnet.public-a": "us-east-1a",
        "subnet.private-b": "us-east-1b",
        "subnet.public-b": "us-east-1b",
    }


def test_zones_are_not_asked_for_by_each_subnet(account: Account) -> None:
    account.up(network())
    assert len(account.told("DescribeAvailabilityZones")) == 1
