"""Answers with status 200 that are not AWS's, or not whole. botocore makes one without any field of them, as if AWS had
said nothing."""

from __future__ import annotations

import json
from typing import Any

OK, PAGE = 200, (b"<!doctype html", b"<html")


def check(*, response_dict: dict[str, Any], operation_model: Any, **_: Any) -> None:
    """Raises botocore's ResponseParserError for a web page, such as a network's log-in page, and for an answer that was
    cut off: botocore does not compare its length, and reads half a JSON document as an empty one."""
    if response_dict["status_code"] != OK or operation_model.has_streaming_output:
        return
    body = response_dict["body"]
    if body.lstrip()[:64].lower().startswith(PAGE):
        _raise("It answered with a web page")
    headers = response_dict["headers"]
    if "Content-Encoding" not in headers and len(body) < int(headers.get("Content-Length", 0)):
        _raise("The answer was cut off")
    if body and "json" in operation_model.service_model.resolved_protocol:
        try:
            json.loads(body)
        except ValueError:
            _raise("The answer is not JSON")


def _raise(why: str) -> None:
    from botocore.parsers import ResponseParserError

    raise ResponseParserError(why)
