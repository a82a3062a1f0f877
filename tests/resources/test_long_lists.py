"""An account with more in it than a page of AWS's answers holds: what stands on a later page is there all the same."""

from __future__ import annotations

from provision.operations.teardown import remaining
from tests.resources.test_receipt import work
from tests.resources.whole import Whole


def test_a_stack_is_found_on_any_page(stack: Whole) -> None:
    stack.account.list_one_by_one()
    assert stack.differing() == {}
    stack.up()
    assert stack.account.sent == []


def test_so_is_what_a_teardown_has_left(stack: Whole) -> None:
    before = {(one.kind, one.id) for one in remaining(work(stack))}
    stack.account.list_one_by_one()
    assert {(one.kind, one.id) for one in remaining(work(stack))} == before
