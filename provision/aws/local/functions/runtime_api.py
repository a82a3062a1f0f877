"""Lambda's Runtime API (AWS: "Lambda runtime API", 2018-06-01) for one execution environment, on loopback."""

from __future__ import annotations

import contextlib
import queue
import socket
import sys
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal

PREFIX = "/2018-06-01/runtime/"

Kind = Literal["ready", "response", "error", "init error", "exit"]


@dataclass(frozen=True)
class RuntimeEvent:
    """What the process told or came to. `ready`: it asked for its first work; `exit`: it ended, `code` says how."""

    kind: Kind
    body: bytes = b""
    code: int = 0


@dataclass(frozen=True)
class Work:
    """One invocation, as the process is to get it."""

    request_id: str
    payload: bytes
    headers: dict[str, str]


class RuntimeApi:
    """Hands out `Work` and puts what the process tells into `events`."""

    def __init__(self) -> None:
        self.events: queue.Queue[RuntimeEvent] = queue.Queue()
        self._work: queue.Queue[Work | None] = queue.Queue()
        self._was_ready = False
        self._closing = False
        api = self

        class Handler(_Handler):
            def answer_next(self) -> None:
                api.hand_out(self)

            def tell(self, kind: Kind, body: bytes) -> None:
                api.events.put(RuntimeEvent(kind, body))

        self._server = _Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def address(self) -> str:
        """host:port, for AWS_LAMBDA_RUNTIME_API."""
        return f"127.0.0.1:{self._server.server_address[1]}"

    def give(self, work: Work) -> None:
        """Answer the process's present or next request for work."""
        self._work.put(work)

    def hand_out(self, handler: _Handler) -> None:
        """Wait for work on behalf of the process."""
        if not self._was_ready:
            self._was_ready = True
            self.events.put(RuntimeEvent("ready"))
        work = self._work.get()
        if work is None:
            handler.close_connection = True
            return
        handler.reply(200, work.payload, {"Lambda-Runtime-Aws-Request-Id": work.request_id, **work.headers})

    def close(self) -> None:
        """Stop listening. A request that still waits is hung up on."""
        self._closing = True
        self._work.put(None)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._server.server_address[1])):
            pass  # wakes the accepting thread
        self._thread.join()
        self._server.server_close()

    def _serve(self) -> None:
        while not self._closing:
            self._server.handle_request()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    timeout = 1.0  # so often it is looked whether to end, should no descriptor be left for the connection that wakes it

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A process that was killed resets its connections: nothing to say."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out as two packets, the second of which would wait 40 ms

    def answer_next(self) -> None:
        raise NotImplementedError

    def tell(self, kind: Kind, body: bytes) -> None:
        raise NotImplementedError

    def do_GET(self) -> None:
        if self.path != f"{PREFIX}invocation/next":
            return self.reply(404)
        with contextlib.suppress(ConnectionError):  # the process was killed meanwhile
            self.answer_next()
        return None

    def do_POST(self) -> None:
        body = self._body()
        kind = self._kind()
        if kind is None:
            return self.reply(404)
        self.tell(kind, body)
        with contextlib.suppress(ConnectionError):
            self.reply(202, b'{"status":"OK"}')
        return None

    def _kind(self) -> Kind | None:
        match self.path.removeprefix(PREFIX).split("/"):
            case ["init", "error"]:
                return "init error"
            case ["invocation", _, "response"]:
                return "response"
            case ["invocation", _, "error"]:
                return "error"
        return None

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        parts = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            parts.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(parts)

    def reply(self, status: int, body: bytes = b"", headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 -- the base class's spelling
        """Nobody reads the runtime's own conversation."""
