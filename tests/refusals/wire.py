"""AWS's refusals as they come over the wire, in each service's protocol, through the product's own clients."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import boto3
from botocore.awsrequest import AWSResponse
from botocore.model import OperationModel, Shape

from provision.aws import clients

REGION = "eu-central-1"
ATTRIBUTES = {"service-quotas": "quotas", "lambda": "awslambda"}


@dataclass(frozen=True)
class Answer:
    """What comes over the wire."""

    status: int
    headers: dict[str, str]
    body: bytes


def refusal(protocol: str, code: str, status: int, text: str) -> Answer:
    """An error as a service with that protocol writes it."""
    if protocol == "ec2":
        body = f"<Response><Errors><Error><Code>{code}</Code><Message>{escape(text)}</Message></Error></Errors>"
        return Answer(status, {"content-type": "text/xml"}, f"{body}<RequestID>r-1</RequestID></Response>".encode())
    if protocol == "query":
        body = f"<Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
        body = f"<ErrorResponse>{body}<RequestId>r-1</RequestId></ErrorResponse>"
        return Answer(status, {"content-type": "text/xml"}, body.encode())
    if protocol == "json":
        return Answer(status, {}, json.dumps({"__type": f"com.amazonaws#{code}", "message": text}).encode())
    if protocol == "rest-json":
        headers = {"x-amzn-errortype": f"{code}:http://internal.amazon.com/coral/"}
        return Answer(status, headers, json.dumps({"Type": "User", "Message": text}).encode())
    raise ValueError(protocol)


def raised(service: str, operation: str, answer: Answer) -> Exception:
    """The exception that a call of `operation` ends with when AWS gives that answer."""
    try:
        answered(service, operation, answer)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what the product has to judge
        return error
    raise AssertionError(f"{operation} was not refused")


def answered(service: str, operation: str, answer: Answer) -> dict[str, Any]:
    """What a call of `operation` returns when AWS gives that answer."""
    client = _client(service)
    model = client.meta.service_model.operation_model(operation)
    method = next(name for name, said in client.meta.method_to_api_mapping.items() if said == operation)
    _ANSWERS[:] = [answer]
    said: dict[str, Any] = getattr(client, method)(**_least(model))
    return said


_ANSWERS: list[Answer] = []
"""What comes next over the wire."""


@cache
def _client(service: str) -> Any:
    """Made once: that takes a hundred times as long as a call."""
    session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
    session.events.register("before-send", lambda request, **_: _response(request.url, _ANSWERS[0]))  # type: ignore[arg-type]  # it may answer
    once = clients.Clients(session, region=REGION, endpoint=None, attempts=clients.ONCE)
    return getattr(once, ATTRIBUTES.get(service, service))


def protocol_of(service: str) -> str:
    """How the service writes its errors."""
    return {
        "ec2": "ec2",
        "rds": "query",
        "iam": "query",
        "sts": "query",
        "lambda": "rest-json",
    }.get(service, "json")


def _response(url: str, answer: Answer) -> AWSResponse:
    raw: Any = _Raw(answer.body)
    headers: Any = answer.headers
    return AWSResponse(url, answer.status, headers, raw)


class _Raw(io.BytesIO):
    def stream(self, **_: Any) -> Any:
        while chunk := self.read(4096):
            yield chunk


def _least(model: OperationModel) -> dict[str, Any]:
    """The fewest parameters that botocore takes for the operation."""
    return _value(model.input_shape) if model.input_shape else {}


def _value(shape: Any) -> Any:
    if shape.type_name == "structure":
        return {name: _value(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [_value(shape.member)]
    return _scalar(shape)


def _scalar(shape: Shape) -> Any:
    if shape.type_name in ("integer", "long"):
        return int(shape.metadata.get("min", 1))
    if shape.type_name == "boolean":
        return True
    if shape.type_name == "map":
        return {}
    if shape.type_name == "blob":
        return b""
    return "x" * max(1, int(shape.metadata.get("min", 1)))
