"""What lies between the beginning of `up` and the database's own: each call there makes the whole run longer."""

from __future__ import annotations

from collections import Counter

from provision.blueprint import wanted
from provision.settings import Settings
from tests.resources.harness import Account
from tests.resources.whole import NAMES

CHAIN = ("vpc", "subnet.private-a", "subnet.private-b", "database.subnets")


def test_no_call_that_the_database_need_not_wait_for(account: Account) -> None:
    steps = wanted(Settings(), NAMES, proxy=False)
    account.up(steps[key] for key in CHAIN)
    asked = [operation for operation, _ in account.calls]
    assert asked[:3] == ["DescribeVpcs", "CreateVpc", "DescribeVpcs"]
    assert asked[-4:] == [
        "DescribeDBSubnetGroups",
        "CreateDBSubnetGroup",
        "DescribeDBSubnetGroups",
        "ListTagsForResource",
    ]
    # Each subnet: those with the stack's tags, somebody else's in its place, and ours once it is made.
    between = Counter(asked[3:-4])
    assert between == {"DescribeSubnets": 5, "DescribeAvailabilityZones": 1, "CreateSubnet": 2}
