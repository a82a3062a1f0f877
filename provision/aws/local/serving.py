"""HTTP on loopback: one thread a connection, connections kept open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class _Handler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two packets, the second of which would wait 40 ms

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002 - the base class's spelling
        """The application logs its own calls."""

    def connection_dropped(self, error: BaseException, environ: dict[str, Any] | None = None) -> None:
        """A client that was killed; nothing to say."""


class HttpServer(ThreadedWSGIServer):
    """werkzeug's, quiet, and with connections that may be idle when it ends."""

    daemon_threads = True
    block_on_close = False


def listen(app: Wsgi, host: str) -> HttpServer:
    """A server on a free port of `host`; `port` tells which. It accepts at once and answers in `serve_forever`."""
    return HttpServer(host, 0, app, handler=_Handler)
