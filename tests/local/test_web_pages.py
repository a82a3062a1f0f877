"""A page in the user's browser can send requests to loopback; the local AWS believes every signature."""

from __future__ import annotations

import http.client
from typing import Any

import pytest

from tests.local.conftest import Client


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Origin", "http://page.example"),
        ("Origin", "null"),
        ("Host", "page.example:80"),
        ("Host", "127.0.0.1.page.example"),
    ],
)
@pytest.mark.parametrize("method", ["POST", "OPTIONS"])
def test_a_web_page_in_the_users_browser_is_refused(aws: Client, method: str, name: str, value: str) -> None:
    """It may not even ask whether it may ask."""
    answer = asked(aws, method, {name: value})
    assert answer.status == 403
    assert not [header for header, _ in answer.getheaders() if header.lower().startswith("access-control")]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:4566", "bucket.localhost"])
def test_loopback_has_several_names(aws: Client, host: str) -> None:
    assert asked(aws, "POST", {"Host": host}).status == 200


def asked(aws: Client, method: str, headers: dict[str, str]) -> http.client.HTTPResponse:
    """The answer to DescribeVpcs with these headers."""
    url: Any = aws("ec2").meta.endpoint_url
    connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=60)
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=x/20200101/us-east-1/ec2/aws4_request"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request(method, "/", "Action=DescribeVpcs&Version=2016-11-15", {**signed, **form, **headers})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer
