"""Answers that are no error and none of AWS's, and web pages in the place of one."""

from __future__ import annotations

import gzip
import json

import pytest

from provision.aws.refusals import explained, is_missing, judge, not_implemented
from provision.engine.resource import NotYet
from provision.errors import Unreachable
from tests.refusals.wire import Answer, answered, raised

XML = b"<DescribeVpcsResponse><vpcSet/></DescribeVpcsResponse>"
TEXT = {"content-type": "text/xml"}
PAGES = [b"<html>log in", b"<!doctype html><p>log in", b"\r\n  <!DOCTYPE HTML>log in", b"\n<HTML>log in"]


def length(body: bytes, more: int = 0) -> dict[str, str]:
    return {**TEXT, "Content-Length": str(len(body) + more)}


@pytest.mark.parametrize(
    ("service", "operation", "answer", "why"),
    [
        *(("ec2", "DescribeVpcs", Answer(200, TEXT, page), "a web page") for page in PAGES),
        ("ec2", "DescribeVpcs", Answer(200, length(XML, 1), XML), "cut off"),
        ("secretsmanager", "DescribeSecret", Answer(200, {}, b'{"ARN": "arn'), "not JSON"),
        ("lambda", "GetFunction", Answer(200, {}, b"welcome"), "not JSON"),
    ],
)
def test_what_is_no_answer_of_aws_is_asked_for_again(service: str, operation: str, answer: Answer, why: str) -> None:
    """botocore makes an answer without any field of it, as if AWS had said nothing."""
    error = raised(service, operation, answer)
    verdict = judge(error, None)
    assert verdict is not None
    assert isinstance(verdict.meaning, NotYet)
    assert not verdict.answered
    told = explained(error)
    assert isinstance(told, Unreachable)
    assert why in told.why


@pytest.mark.parametrize(
    ("service", "operation", "answer"),
    [
        ("ec2", "DescribeVpcs", Answer(200, length(XML), XML)),
        ("ec2", "DescribeVpcs", Answer(200, {**length(gzip.compress(XML), 9), "Content-Encoding": "gzip"}, XML)),
        ("secretsmanager", "DescribeSecret", Answer(200, {}, json.dumps({"ARN": "arn"}).encode())),
        ("lambda", "TagResource", Answer(200, {}, b"")),
        ("lambda", "Invoke", Answer(200, {}, b"<html>what a function may say")),
    ],
)
def test_whatever_aws_may_say_is_taken(service: str, operation: str, answer: Answer) -> None:
    assert answered(service, operation, answer)["ResponseMetadata"]["HTTPStatusCode"] == 200


@pytest.mark.parametrize(("service", "operation"), [("ec2", "DescribeVpcs"), ("lambda", "ListFunctions")])
@pytest.mark.parametrize("status", [500, 502, 503])
def test_a_proxys_page_is_taken_neither_for_nothing_there_nor_for_a_call_that_is_lacking(
    service: str, operation: str, status: int
) -> None:
    """What an emulator lacks is passed over where a teardown proves that nothing is left."""
    error = raised(service, operation, Answer(status, {"content-type": "text/html"}, b"<html>Bad Gateway"))
    assert not not_implemented(error)
    assert not is_missing(error)
    verdict = judge(error, None)
    assert verdict is not None
    assert isinstance(verdict.meaning, NotYet)
