"""An AWS request as it arrives over HTTP, told apart by service, action and Region; and answers in AWS's own form."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import parse_qs

from moto.core.exceptions import ServiceException
from moto.core.model import OperationModel
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import XFormedAttributePicker, get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import ClientDisconnected, NotFound

if TYPE_CHECKING:
    from provision.aws.local.account import Account

_SCOPE = re.compile(r"Credential=(?P<key>[^/]+)/\d+/(?P<region>[^/]+)/(?P<service>[^/]+)/aws4_request")
_SIGNED_AS = {"servicequotas": "service-quotas"}
"""AWS: the name in the signature is not always the service's."""
KNOWN = frozenset({"ec2", "rds", "iam", "sts", "secretsmanager", "lambda", "logs", "service-quotas"})
"""The services whose requests are looked into; others go to moto as they are."""
CALLER = f"arn:aws:sts::{DEFAULT_ACCOUNT_ID}:user/moto"
"""Whom GetCallerIdentity names."""
_BAD_REQUEST = 400
_FROM_FUNCTION = "exec-env/AWS_Lambda"
"""botocore says so in its user agent."""
_READING = re.compile(r"(Describe|Get|List|Invoke|Assume|Decode|Simulate|Validate|Filter|Head|Batch(?:Get|Describe))")


class Refusal(ServiceException):
    """An error of AWS's: `Refusal("DBProxyNotFoundFault", "DB proxy x not found.")`. `status` where AWS's model has
    none for the code (EC2 has no modelled errors: 400)."""

    def __init__(self, code: str, message: str, *, status: int | None = None, **members: str) -> None:
        super().__init__(code, message)
        self.status = status
        for name, value in members.items():
            setattr(self, name, value)


@dataclass(frozen=True)
class Answer:
    """An HTTP answer."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @property
    def failed(self) -> bool:
        """Whether it is an error, the caller's or the service's."""
        return self.status >= _BAD_REQUEST


@dataclass
class Call:
    """One request. `service` as boto3 names it, `action` as AWS does; `environ` is WSGI's, its body read already."""

    service: str
    action: str
    region: str
    access_key: str
    environ: dict[str, Any]
    body: bytes
    account: Account
    labels: Mapping[str, Any] = field(default_factory=dict)
    """What stands in the path, in AWS's own names (`FunctionName`)."""
    notes: dict[str, Any] = field(default_factory=dict)
    """What a hook that runs before moto keeps for one that runs after it."""

    @property
    def name(self) -> str:
        return f"{self.service}:{self.action}"

    @property
    def backend(self) -> Any:
        """moto's backend of the call's service and Region."""
        return self.account.backend(self.service, self.region)

    def other(self, service: str) -> Any:
        """moto's backend of another service in the same Region."""
        return self.account.backend(service, self.region)

    @property
    def mutating(self) -> bool:
        """Whether the account may be another afterwards."""
        return not _READING.match(self.action)

    @property
    def by_function(self) -> bool:
        """Whether one of the account's own Lambda functions calls."""
        return _FROM_FUNCTION in self.environ.get("HTTP_USER_AGENT", "")

    @property
    def request(self) -> Request:
        """A fresh reading of the request."""
        return Request({**self.environ, "wsgi.input": io.BytesIO(self.body)})

    @cached_property
    def operation(self) -> OperationModel:
        operation: OperationModel = get_service_model(self.service).operation_model(self.action)
        return operation

    @cached_property
    def params(self) -> dict[str, Any]:
        """The parameters as boto3 takes them."""
        request = self.request
        parser = PROTOCOL_PARSERS[self._protocol(request)](self.operation)
        request_dict: Any = {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": dict(self.labels),
        }
        return parser.parse(request_dict)

    def answer(self, result: Any) -> Answer:
        """`result`, as boto3 would return it (or an exception of moto's), in the service's own wire form."""
        protocol = self._protocol(self.request)
        serializer = get_serializer_class(self.service, protocol)
        response = serializer(operation_model=self.operation, value_picker=XFormedAttributePicker()).serialize(result)
        status = getattr(result, "status", None) or int(response["status_code"])
        body = response["body"]
        return Answer(status, list(response["headers"].items()), body.encode() if isinstance(body, str) else body)

    def result(self, answer: Answer) -> dict[str, Any]:
        """The other way round: what boto3 would make of moto's answer."""
        from botocore.parsers import create_parser

        parser = create_parser(self.operation.service_model.metadata["protocol"])
        response = {"status_code": answer.status, "headers": dict(answer.headers), "body": answer.body}
        shape: Any = self.operation.output_shape  # None for an action that answers nothing, which the parser knows
        result = parser.parse(response, shape)
        result.pop("ResponseMetadata", None)
        return cast("dict[str, Any]", result)

    def _protocol(self, request: Request) -> str:
        return determine_request_protocol(get_service_model(self.service), request.content_type)


def warm() -> None:
    """Load the services' models, which the first calls would wait for."""
    for service in KNOWN:
        get_service_router(service)


def read(environ: dict[str, Any], account: Account) -> Call | None:
    """The request as a call, None when it is for a service that is not among ours. Leaves `environ` readable anew."""
    body = _take_body(environ)
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if not scope:
        return None
    service = _SIGNED_AS.get(scope["service"], scope["service"])
    if service not in KNOWN:
        return None
    action, labels = _action(service, environ, body)
    if action is None:
        return None
    return Call(service, action, scope["region"], scope["key"], environ, body, account, labels)


def changing(environ: dict[str, Any]) -> str | None:
    """For a request that `read` gives no call for: the service, if it may change something."""
    scope = _SCOPE.search(environ.get("HTTP_AUTHORIZATION", ""))
    if environ["REQUEST_METHOD"] in {"GET", "HEAD"} or not scope:
        return None
    action = environ.get("HTTP_X_AMZ_TARGET", "").rpartition(".")[2]
    if not action:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        action = parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
    return None if _READING.match(action) else scope["service"]


def _take_body(environ: dict[str, Any]) -> bytes:
    """Raises werkzeug's `ClientDisconnected` where whoever calls is gone before all of it has come."""
    length = int(environ.get("CONTENT_LENGTH") or 0)
    chunked = environ.get("wsgi.input_terminated") and not environ.get("CONTENT_LENGTH")
    body = environ["wsgi.input"].read() if chunked else environ["wsgi.input"].read(length)
    if not chunked and len(body) < length:
        raise ClientDisconnected
    environ["wsgi.input"] = io.BytesIO(body)
    if chunked:
        environ["CONTENT_LENGTH"] = str(len(body))
    return cast("bytes", body)


def _action(service: str, environ: dict[str, Any], body: bytes) -> tuple[str | None, Mapping[str, Any]]:
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return target.rpartition(".")[2], {}
    request = Request({**environ, "wsgi.input": io.BytesIO(body)})
    try:
        operation, labels = get_service_router(service).match(request)
    except (NotFound, NotImplementedError):
        return None, {}
    return str(operation.name), labels
