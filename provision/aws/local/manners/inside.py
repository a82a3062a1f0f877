"""Questions to the account from within, in AWS's own words: no delay, fault or count concerns them."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from botocore.serialize import create_serializer
from moto.core.utils import get_service_model

from provision.aws.local import wire
from provision.aws.local.account import Account
from provision.aws.local.wire import Answer, Call

_TOKENS = {"Marker": "Marker", "NextMarker": "Marker", "NextToken": "NextToken", "nextToken": "nextToken"}
"""What a page names the next one by, and how it is asked for."""


class Inside:
    """Asks with `answer`, which is what stands behind all manners."""

    def __init__(self, account: Account, answer: Callable[[Call], Answer]) -> None:
        self._account = account
        self._answer = answer

    def ask(self, service: str, action: str, region: str, **params: Any) -> dict[str, Any] | None:
        """One page of what boto3 would return; None if the account refuses."""
        call = self._call(service, action, region, params)
        answer = self._answer(call)
        return None if answer.failed else call.result(answer)

    def listed(self, service: str, action: str, region: str, name: str, **params: Any) -> Iterator[dict[str, Any]]:
        """The items under `name` of all pages."""
        while True:
            page = self.ask(service, action, region, **params)
            if page is None:
                return
            yield from page.get(name) or ()
            token = next(((asked, page[given]) for given, asked in _TOKENS.items() if page.get(given)), None)
            if token is None:
                return
            params = {**params, token[0]: token[1]}

    def _call(self, service: str, action: str, region: str, params: dict[str, Any]) -> Call:
        model = get_service_model(service)
        protocol = str(model.metadata["protocol"])
        request = create_serializer(protocol).serialize_to_request(params, model.operation_model(action))
        body = request["body"]
        plain = urlencode(body) if isinstance(body, dict) else body
        content = plain.encode() if isinstance(plain, str) else bytes(plain or b"")
        signed = {"service-quotas": "servicequotas"}.get(service, service)
        environ = {
            "REQUEST_METHOD": request["method"],
            "PATH_INFO": request["url_path"],
            "QUERY_STRING": urlencode(request["query_string"]),
            "CONTENT_TYPE": request["headers"].get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(content)),
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "HTTP_HOST": f"{signed}.{region}.amazonaws.com",
            "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 Credential=inside/20200101/{region}/{signed}/aws4_request",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(content),
        }
        if target := request["headers"].get("X-Amz-Target"):
            environ["HTTP_X_AMZ_TARGET"] = target
        call = wire.read(environ, self._account)
        if call is None:
            raise ValueError(f"{service}:{action} is none of the services that are looked into")
        return call
