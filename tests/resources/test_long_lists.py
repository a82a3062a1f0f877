"""An account with more in it than a page of AWS's answers holds: what stands on a later page is there all the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from provision.operations.teardown import remaining
from tests.resources.whole import Whole, work


def test_a_stack_is_found_on_any_page(stack: Whole) -> None:
    stack.account.list_one_by_one()
    assert stack.differing() == {}
    stack.up()
    assert stack.account.sent == []


def test_so_is_what_a_teardown_has_left(stack: Whole) -> None:
    before = {(one.kind, one.id) for one in remaining(work(stack))}
    for items, name in NAMED.items():
        stack.account.rewrite(f"Describe{items}", others_first(items, name))
    stack.account.list_one_by_one()
    assert {(one.kind, one.id) for one in remaining(work(stack))} == before


NAMED = {
    "DBInstances": "DBInstanceIdentifier",
    "DBSubnetGroups": "DBSubnetGroupName",
    "DBParameterGroups": "DBParameterGroupName",
    "DBProxies": "DBProxyName",
}
"""Lists that have one of the stack's each, and where it says its name."""


def others_first(items: str, name: str) -> Callable[[dict[str, Any]], None]:
    """Puts somebody else's before ours, on the first page."""
    theirs = iter(["another"])

    def put(told: dict[str, Any]) -> None:
        for other in theirs:
            told[items].insert(0, {**told[items][0], name: other, "TagList": []})

    return put
