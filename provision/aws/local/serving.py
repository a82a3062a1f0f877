"""HTTP on loopback: one thread a connection, connections kept open."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import ThreadedWSGIServer

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


_LOOPBACK = re.compile(r"(127\.0\.0\.1|([\w.-]+\.)?localhost)(:\d+)?")


def by_web_page(environ: Mapping[str, Any]) -> bool:
    """Whether a browser sends this request on behalf of some page (PEP 3333's `environ`).

    The local AWS believes every signature and runs every function that it is given, so a page must not reach it. A page
    of another origin is given away by `Origin` (Fetch, 3.2), one that had its own name resolved to loopback by `Host`.
    """
    return "HTTP_ORIGIN" in environ or not _LOOPBACK.fullmatch(environ.get("HTTP_HOST", ""))


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
