"""Credentials that AWS does not accept, and an endpoint that does not answer, or not as AWS would."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest

from provision.aws.local.wire import Answer, Call
from tests.cli.refused import refused
from tests.fresh import Provision
from tests.served import Served


def test_no_credentials(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    refused(provision("--target", "aws", "--region", "eu-west-1", "up"), 3, "credentials", "--target local")


def test_no_such_profile(provision: Provision) -> None:
    refused(provision("--target", "aws", "--region", "eu-west-1", "--profile", "nobody", "up"), 3, "nobody")


@pytest.mark.filterwarnings("ignore:Exception.Refusal.")  # moto, of a code that is in no service's model
def test_an_expired_token(cloud: Served, provision: Provision) -> None:
    cloud.manners.set({"expired_from": 1})
    refused(provision("up"), 3, "expired", "aws sso login")
    cloud.manners.set({"expired_from": None})
    assert cloud.census() == []


def test_an_address_that_is_none(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    refused(provision("--target", "aws", "--region", "eu-west-1", "up"), 2, "nonsense", "AWS_ENDPOINT_URL")


def test_an_endpoint_that_does_not_answer(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:  # bound and not listening: connecting is refused
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        refused(provision("--target", "aws", "--region", "eu-west-1", "up"), 5, "127.0.0.1", "AWS_ENDPOINT_URL")


def test_a_log_in_page_is_no_answer_of_aws(cloud: Served, provision: Provision) -> None:
    """Such as a hotel's network gives to whatever is asked through it."""

    def page(call: Call, following: Callable[[Call], Answer]) -> Answer:
        text = b"<html><body>Please log in</body></html>"
        return Answer(200, [("Content-Type", "text/html")], text) if call.service == "sts" else following(call)

    cloud.aws.around.append(page)
    refused(provision("status"), 5, "does not speak like AWS", "log-in page")
    cloud.aws.around.remove(page)


@pytest.mark.parametrize("action", ["GetResourcePolicy", "DescribeSecret", "GetFunction", "DescribeLogGroups"])
@pytest.mark.parametrize("told", [True, False], ids=["as long as it should be", "as long as it is"])
def test_an_answer_that_was_cut_off_is_asked_for_again(
    cloud: Served,
    provision: Provision,
    action: str,
    told: bool,  # noqa: FBT001 - a case
) -> None:
    """botocore reads half a JSON document as an empty one, by which the secret would lose its readers."""
    provision("up").well()
    cut: list[Call] = []

    def half(call: Call, following: Callable[[Call], Answer]) -> Answer:
        answer = following(call)
        if call.action != action or cut:
            return answer
        cut.append(call)
        length = [("Content-Length", str(len(answer.body)))] if told else []
        return Answer(200, [("Content-Type", "application/json"), *length], answer.body[: len(answer.body) // 2])

    cloud.aws.around.append(half)
    again = provision("up").well()
    cloud.aws.around.remove(half)
    assert cut
    assert again.out.startswith("Nothing changed.")
