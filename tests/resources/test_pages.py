"""A web page in place of an answer: a log-in page of the network, or whatever else listens at the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provision.aws.local.wire import Answer, Call
from provision.errors import Unreachable
from tests.resources.whole import Whole

PAGES = (b"<html><body>Please log in</body></html>", b"<!DOCTYPE html><title>Wi-Fi</title><p>Please log in")
"""What an XML parser can read, and what it cannot."""


@pytest.mark.parametrize(
    ("service", "text"),
    [
        *((service, PAGES[0]) for service in ("ec2", "lambda", "secretsmanager", "logs", "rds", "iam")),
        *((service, PAGES[1]) for service in ("lambda", "iam")),  # one that speaks JSON, one that speaks XML
    ],
)
def test_a_page_is_no_answer_of_aws(stack: Whole, service: str, text: bytes) -> None:
    def page(call: Call, following: Callable[[Call], Answer]) -> Answer:
        return Answer(200, [("Content-Type", "text/html")], text) if call.service == service else following(call)

    stack.here.aws.around.append(page)
    with pytest.raises(Unreachable, match="does not speak like AWS"):
        stack.look()
    stack.here.aws.around.remove(page)
    stack.up()
    assert stack.account.sent == []
