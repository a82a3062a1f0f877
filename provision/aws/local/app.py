"""The local AWS as one WSGI application: moto, what it was taught, and a few questions of our own."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from provision.aws.local import wire
from provision.aws.local.account import Account
from provision.aws.local.background import ADMIN, ID_HEADER, Record
from provision.aws.local.places import Places
from provision.aws.local.wire import Answer, Call

log = logging.getLogger("provision.local")

_STATUS = {200: "OK", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}


class LocalAws:
    """One account with all that stands behind it."""

    def __init__(self, places: Places) -> None:
        self.account = Account(places)
        self._moto = DomainDispatcherApplication(create_backend_app)
        self._record: Record | None = None
        self._stop: Callable[[], None] = lambda: None
        for service in wire.KNOWN:
            self._moto.app_instances[service] = create_backend_app(service)  # type: ignore[arg-type]  # literals there

    def open(self, record: Record, *, stop: Callable[[], None]) -> None:
        """Begin: bring back what belongs to the account."""
        self._record = record
        self._stop = stop

    def close(self) -> None:
        """End everything that was started; the account stays."""
        with self.account.lock:
            self.account.save()

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """PEP 3333."""
        if environ["PATH_INFO"].startswith(ADMIN):
            answer = self._admin(environ)
        else:
            answer = self._aws(environ)
        status = f"{answer.status} {_STATUS.get(answer.status, 'Other')}"
        kept = [(name, str(value)) for name, value in answer.headers if name.lower() not in {"content-length", "status"}]
        start_response(status, [*kept, ("Content-Length", str(len(answer.body)))])
        return [answer.body] if environ["REQUEST_METHOD"] != "HEAD" else []

    def _aws(self, environ: dict[str, Any]) -> Answer:
        began = time.monotonic()
        call = wire.read(environ)
        try:
            answer = self.answered(call, environ)
        except Exception:
            log.exception("%s failed", call.name if call else environ["PATH_INFO"])
            answer = Answer(500, [("Content-Type", "text/plain")], b"InternalFailure")
        name = call.name if call else environ["PATH_INFO"]
        log.info("%s %d %.0f ms", name, answer.status, (time.monotonic() - began) * 1000)
        return answer

    def answered(self, call: Call | None, environ: dict[str, Any]) -> Answer:
        with self.account.lock:
            answer = self.moto(environ)
            if call is None or call.mutating:
                self.account.save()
            return answer

    def moto(self, environ: dict[str, Any]) -> Answer:
        """moto's own answer."""
        told: list[Any] = []
        body = b"".join(self._moto(environ, lambda status, headers, *_: told.extend((status, headers))))
        return Answer(int(told[0].split()[0]), list(told[1]), body)

    def _admin(self, environ: dict[str, Any]) -> Answer:
        what = environ["PATH_INFO"].removeprefix(ADMIN)
        record = self._record
        if record is None or environ.get(f"HTTP_{ID_HEADER.upper().replace('-', '_')}") != record.id:
            return _json(403, {"error": "not for you"})
        if what == "identity":
            return _json(200, {"id": record.id})
        if what == "stop" and environ["REQUEST_METHOD"] == "POST":
            self._stop()
            return _json(200, {"stopping": True})
        return _json(404, {"error": "no such question"})


def _json(status: int, told: dict[str, Any]) -> Answer:
    return Answer(status, [("Content-Type", "application/json")], json.dumps(told).encode())
