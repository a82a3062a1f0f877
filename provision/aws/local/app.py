"""The local AWS as one WSGI application: moto, corrected, and what stands behind it.

A request passes, from outside in: `around` (what happens on the way: delays, throttling, lost answers; not under the
account's lock), the hooks (`corrections`, under the lock), moto. A changing call is saved before it is answered, and
then wakes the reconciler, which makes the real databases and proxies follow.
"""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from moto.core.exceptions import ServiceException
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.exceptions import ClientDisconnected

from provision.aws.local import contents, methods, wire
from provision.aws.local.account import Account
from provision.aws.local.background import ADMIN, ID_HEADER, Record
from provision.aws.local.corrections import Hooks, all_corrections, interfaces
from provision.aws.local.files import FULL, Files
from provision.aws.local.invoking import Invoking
from provision.aws.local.reconciler import Reconciler
from provision.aws.local.rotating import Rotating
from provision.aws.local.serving import by_web_page
from provision.aws.local.wire import Answer, Call, Refusal

log = logging.getLogger("provision.local")

Next = Callable[[Call], Answer]
Around = Callable[[Call, Next], Answer]
Question = Callable[[bytes], dict[str, Any]]

_REASONS = {200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 500: "Internal Server Error"}
_NOBODY_THERE = 499


class LocalAws:
    """One account with all that stands behind it."""

    def __init__(self, files: Files, account: Account | None = None) -> None:
        methods.cache_names()
        self.account = account or Account(files)
        self.reconciler = Reconciler(files, self.account)
        self.invoking = Invoking(files, self.account)
        self.rotating = Rotating(self.account, self.invoking, ready=self.reconciler.await_first_look)
        self.hooks: list[Hooks] = [all_corrections()]
        self.around: list[Around] = []
        self.questions: dict[str, Question] = {
            "identity": lambda _: {"id": self._record.id if self._record and self._ours() else ""},
            "status": self._status,
            "contents": lambda _: {"contents": contents.listed(self.account)},
            "stop": self._stopping,
        }
        self._record: Record | None = None
        self._stop: Callable[[], None] = lambda: None
        self._ours: Callable[[], bool] = lambda: True
        self._moto = DomainDispatcherApplication(create_backend_app)
        for service in wire.KNOWN:
            self._moto.app_instances[service] = create_backend_app(service)  # type: ignore[arg-type]  # literals there

    def open(self, record: Record, *, stop: Callable[[], None], ours: Callable[[], bool]) -> None:
        """Begin: bring back what belongs to the account. `stop` ends the server; `ours` says whether the folder is
        still the one that it began in."""
        self._record = record
        self._stop = stop
        self._ours = ours
        self.invoking.open(endpoint=f"http://127.0.0.1:{record.port}", bundle=self.reconciler.bundle)
        self.reconciler.start(ours)
        self.rotating.look()
        threading.Thread(target=wire.warm, daemon=True).start()

    def close(self) -> None:
        """End everything that was started; the account stays."""
        self.rotating.stop()
        self.invoking.close()
        self.rotating.join()
        self.reconciler.stop()
        self.account.save()

    def wsgi(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """PEP 3333."""
        if by_web_page(environ):
            answer = _json(403, {"error": "not for web pages"})
        else:
            answer = self._admin(environ) if environ["PATH_INFO"].startswith(ADMIN) else self._aws(environ)
        dropped = {"content-length", "status"}
        headers = [(name, str(value)) for name, value in answer.headers if name.lower() not in dropped]
        reason = _REASONS.get(answer.status, "Other")
        start_response(f"{answer.status} {reason}", [*headers, ("Content-Length", str(len(answer.body)))])
        return [answer.body] if environ["REQUEST_METHOD"] != "HEAD" else []

    def _aws(self, environ: dict[str, Any]) -> Answer:
        began = time.monotonic()
        call, name = None, environ["PATH_INFO"]
        try:
            call = wire.read(environ, self.account)
            if call is None:
                answer = self._unknown(environ)
            else:
                name = call.name
                if call.service == "rds" or name == "lambda:Invoke":  # not under its lock: the reconciler wants that
                    self.reconciler.await_first_look()
                answer = self._through(self.around, call)
        except ClientDisconnected:
            answer = Answer(_NOBODY_THERE, [], b"")
        except NotImplementedError as lack:
            answer = _failed(call, Refusal("NotImplemented", f"moto: {lack}", status=501))
        except Exception as error:
            log.exception("%s failed", name)
            answer = _failed(call, _failure(error))
        log.info("%s %d %.0f ms", name, answer.status, (time.monotonic() - began) * 1000)
        return answer

    def _through(self, around: list[Around], call: Call) -> Answer:
        if not around:
            return self._answer(call)
        first, *rest = around
        return first(call, lambda same: self._through(rest, same))

    def _unknown(self, environ: dict[str, Any]) -> Answer:
        """A service that the stack does not use: moto's, as it is."""
        with self.account.lock:
            changing = wire.changing(environ)
            answer = self._ask_moto(environ)
            if changing:
                self.account.extra.setdefault(contents.OTHERS, set()).add(changing)
                self.account.save()
            return answer

    def _answer(self, call: Call) -> Answer:
        try:
            if call.name == "lambda:Invoke":
                return self.invoking.answer(call)
            with self.account.lock:
                answer = self._corrected(call)
                if call.mutating:
                    interfaces.reconcile(self.account)
                    self.account.save()
        except ServiceException as refusal:
            return call.answer(refusal)
        finally:
            if call.name == "secretsmanager:RotateSecret":  # a refused one, too, may have an earlier one tried again
                self.rotating.look()
        if call.mutating:
            self.reconciler.wake()
        if call.name == "lambda:DeleteFunction":
            self.invoking.forget(call.params["FunctionName"])
        return answer

    def _corrected(self, call: Call) -> Answer:
        """The call with what the hooks make of it. Raises moto's exceptions, `Refusal` among them."""
        tables = [table for table in self.hooks if table.concern(call.name)]
        for table in tables:
            for hook in table.before.get(call.name, ()):
                hook(call)
        instead = next((table.instead[call.name] for table in tables if call.name in table.instead), None)
        answer = call.answer(instead(call)) if instead else self._ask_moto(call.environ, call.service)
        if answer.failed:
            return answer
        for table in tables:
            for hook in table.after.get(call.name, ()):
                hook(call)
        amending = [hook for table in tables for hook in table.amend.get(call.name, ())]
        if not amending:
            return answer
        result = call.result(answer)
        for amend in amending:
            amend(call, result)
        return call.answer(result)

    def _ask_moto(self, environ: dict[str, Any], service: str | None = None) -> Answer:
        # moto finds out whose request it is by reading its own folder from disk, which takes longer than to answer it.
        moto: Any = self._moto.app_instances[service] if service else self._moto
        head: list[Any] = []
        body = b"".join(moto(environ, lambda status, headers, *_: head.extend((status, headers))))
        return Answer(int(head[0].split()[0]), list(head[1]), body)

    def _admin(self, environ: dict[str, Any]) -> Answer:
        question = self.questions.get(environ["PATH_INFO"].removeprefix(ADMIN))
        header = f"HTTP_{ID_HEADER.upper().replace('-', '_')}"
        if self._record is None or environ.get(header) != self._record.id:
            return _json(403, {"error": "not for you"})
        if question is None:
            return _json(404, {"error": "no such question"})
        return _json(200, question(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))))

    def _status(self, _: bytes) -> dict[str, Any]:
        return {"processes": [*self.reconciler.processes(), *self.invoking.processes()]}

    def _stopping(self, _: bytes) -> dict[str, Any]:
        self._stop()
        return {"stopping": True}


def _failure(error: Exception) -> Refusal:
    """What is asked again in vain, a full disk, has a code that nobody asks again for."""
    if isinstance(error, OSError) and error.errno in FULL:
        return Refusal("InsufficientStorage", f"The local AWS cannot write its files: {error}.", status=507)
    return Refusal("InternalFailure", "The local AWS failed; its log says why.", status=500)


def _failed(call: Call | None, refusal: Refusal) -> Answer:
    """In the service's own form, where it is known."""
    return call.answer(refusal) if call else Answer(500, [("Content-Type", "text/plain")], b"InternalFailure")


def _json(status: int, document: dict[str, Any]) -> Answer:
    return Answer(status, [("Content-Type", "application/json")], json.dumps(document).encode())
