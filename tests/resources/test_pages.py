"""A web page in place of an answer: a log-in page of the network, or whatever else listens at the address."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from provision.aws.local.wire import Answer, Call
from provision.errors import Unreachable
from tests.resources.whole import Whole

PAGES = (b"<html><body>Please log in</body></html>", b"<!DOCTYPE html><title>Wi-Fi</title><p>Please log in")


@pytest.mark.parametrize("service", ["ec2", "lambda", "secretsmanager", "logs", "rds", "iam"])
def test_a_page_is_no_answer_of_aws(stack: Whole, service: str) -> None:
    for text in PAGES:

        def page(call: Call, following: Callable[[Call], Answer], text: bytes = text) -> Answer:
            return Answer(200, [("Content-Type", "text/html")], text) if call.service == service else following(call)

        stack.here.aws.around.append(page)
        with pytest.raises(Unreachable, match="does not speak like AWS"):
            stack.look()
        stack.here.aws.around.remove(page)
    stack.up()
    assert stack.account.sent == []
