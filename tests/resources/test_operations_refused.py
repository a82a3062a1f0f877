"""Refusals of calls that no single step makes: the questions beforehand, the look afterwards."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from provision.engine.events import Warned
from provision.errors import Denied, QuotaReached
from provision.names import Names
from provision.operations import preflight
from provision.operations.teardown import teardown
from provision.operations.work import Work
from provision.settings import Settings
from tests.resources.harness import NAME, REGION, Account


def work_of(account: Account) -> Work:
    run = account.run()
    names = Names(stack=NAME, region=REGION)
    return Work(run=run, settings=Settings(), names=names, invoking=lambda _: run.aws)


def missing(work: Work, key: str) -> None:
    preflight.ask(work, [work.wanted(proxy=False)[key]])


def test_a_question_that_may_not_be_asked_is_a_warning(account: Account) -> None:
    account.refuse(
        "GetServiceQuota", "AccessDeniedException", "not authorized to perform: servicequotas:GetServiceQuota"
    )
    missing(work_of(account), "vpc")
    warned = [event for event in account.events if isinstance(event, Warned)]
    assert "room for another VPC" in warned[0].what
    assert "servicequotas:GetServiceQuota" in warned[0].hint


@pytest.mark.parametrize(
    ("code", "text", "status"),
    [
        ("NoSuchResourceException", "", 400),
        ("InternalServerError", "An internal error has occurred", 500),
        ("OptInRequired", "", 403),
    ],
)
def test_a_question_that_gets_no_answer_is_a_warning(account: Account, code: str, text: str, status: int) -> None:
    """It is asked to save time, and stops nothing: what it is about says so itself."""
    account.refuse("GetServiceQuota", code, text, status=status, times=20)
    missing(work_of(account), "vpc")
    (warned,) = [event for event in account.events if isinstance(event, Warned)]
    assert "room for another VPC" in warned.what
    assert warned.hint


def test_a_question_that_nobody_may_ask_stops_everything(account: Account) -> None:
    account.refuse("GetServiceQuota", "ExpiredTokenException", "The security token included in the request is expired")
    with pytest.raises(ClientError, match="expired"):
        missing(work_of(account), "vpc")


def test_a_quota_that_is_reached_is_told(account: Account) -> None:
    for _ in range(4):
        account.outside("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    account.list_one_by_one()
    with pytest.raises(QuotaReached):
        missing(work_of(account), "vpc")


def test_vpcs_that_another_account_shares_count_there(account: Account) -> None:
    for _ in range(4):
        account.outside("ec2").create_vpc(CidrBlock="10.0.0.0/16")
    account.rewrite("DescribeVpcs", lambda parsed: parsed["Vpcs"][-1].update(OwnerId="210987654321"))
    missing(work_of(account), "vpc")
    assert [event for event in account.events if isinstance(event, Warned)] == []


def test_addresses_that_aws_made_or_that_are_ones_own_count_no_more(account: Account) -> None:
    """A load balancer's, and those of a range that was brought along."""
    for _ in range(5):
        account.outside("ec2").allocate_address(Domain="vpc")
    with pytest.raises(QuotaReached, match="Elastic IP addresses"):
        missing(work_of(account), "address.nat-a")
    for told in ({"ServiceManaged": "alb"}, {"CustomerOwnedIp": "198.51.100.7"}):
        account.rewrite("DescribeAddresses", lambda parsed, told=told: parsed["Addresses"][0].update(told))  # type: ignore[misc]  # its own `told`
        missing(work_of(account), "address.nat-a")


def test_the_look_afterwards_is_repeated_when_aws_is_busy(account: Account) -> None:
    work = work_of(account)
    account.refuse("DescribeLogGroups", "ThrottlingException", "Rate exceeded", times=30)
    assert teardown(work, final_snapshot=None) == []


def test_the_look_afterwards_names_the_right_it_lacks(account: Account) -> None:
    account.refuse("DescribeDBSnapshots", "AccessDenied", "not authorized to perform: rds:DescribeDBSnapshots")
    with pytest.raises(Denied, match="rds:DescribeDBSnapshots"):
        teardown(work_of(account), final_snapshot=None)


def test_the_look_beforehand_is_repeated_when_aws_is_busy(account: Account) -> None:
    account.refuse("DescribeDBInstances", "Throttling", "Rate exceeded", times=30)
    assert teardown(work_of(account), final_snapshot=None) == []
