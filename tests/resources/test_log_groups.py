"""Log groups of an account that has its own mind about retention and deletion."""

from __future__ import annotations

from typing import Any

import pytest

from provision.errors import Protected
from provision.resources.logs.log_group import LogGroup
from tests.resources.harness import Account

STEPS = (LogGroup(key="function.logs", name="/aws/lambda/shop-function", days=30),)


def told_with(account: Account, **fields: Any) -> None:
    """From now on AWS says this, too, of each group."""

    def add(told: dict[str, Any]) -> None:
        for group in told["logGroups"]:
            group.update(fields)

    account.rewrite("DescribeLogGroups", add)


@pytest.mark.parametrize("days", [{"retentionInDays": 365}, {"retentionInDays": None}], ids=["a year", "for ever"])
def test_a_retention_that_the_account_sets_is_left(account: Account, days: dict[str, int | None]) -> None:
    """AWS shows the account's policy instead of the group's own retention, and takes a change of that to no effect."""
    told_with(account, retentionPolicyName="a-year", **days)
    account.up(STEPS)
    assert account.sent == ["CreateLogGroup"]
    account.relent()
    assert [str(one) for one in account.look(STEPS)["function.logs"].changes] == ["retention: for ever -> 30 days"]
    account.up(STEPS)
    assert account.sent == ["PutRetentionPolicy"]
    told_with(account, retentionPolicyName="a-year", **days)
    account.up(STEPS)
    assert account.sent == []


def test_one_that_is_protected_against_deletion_is_told_as_such(account: Account) -> None:
    account.up(STEPS)
    told_with(account, deletionProtectionEnabled=True)
    with pytest.raises(Protected, match="log group function") as told:
        account.down(STEPS)
    assert account.sent == []
    assert "put-log-group-deletion-protection" in told.value.hint
    account.relent()
    account.down(STEPS)
    assert account.ids() == {}


def test_one_that_somebody_has_just_deleted_is_nobody_elses(account: Account) -> None:
    """AWS's list may be late, and then there are no tags to tell whose it was."""
    account.up(STEPS)
    account.refuse(
        "ListTagsForResource", "ResourceNotFoundException", "The specified resource does not exist.", times=9
    )
    account.down(STEPS)
    assert account.sent == []
    assert account.ids() == {}
