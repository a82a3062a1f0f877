# ruff: noqa: INP001 -- the root of a zip is no package
"""What a database connection costs this function, made anew or kept, and which backends served it.

Answers the event `{"bench": {...}}`, of which `provision bench` makes its table. It may ask for the database itself
(the secret says where that is) or for the endpoint that the function uses, and for no other host: whoever may call the
function must not choose where it shows its password.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from ask import ask  # type: ignore[import-not-found]  # beside this file at the root of the zip

KEPT: dict[Any, Any] = {}
"""Connections of this process that `keep` asked for, by place; the function's own is another."""
MOST_ROUNDS, LONGEST_PAUSE_MS = 100, 1000


def bench(wish: Mapping[str, Any], place: Any, connect: Callable[[], Any]) -> dict[str, Any]:
    """`rounds` queries with `pause_ms` between two, on a connection of this call's own or, with `keep`, the last one's.

    Raises what the database or a pooler refuses.
    """
    keep = wish.get("keep") is True
    link = KEPT.pop(place, None) if keep else None
    reused = link is not None
    start = time.perf_counter()
    link = link or connect()
    connect_ms = 0.0 if reused else _since(start)
    queries, backends = [], []
    try:
        for number in range(_within(wish, "rounds", MOST_ROUNDS)):
            if number:
                time.sleep(_within(wish, "pause_ms", LONGEST_PAUSE_MS) / 1000)
            start = time.perf_counter()
            backends.append(ask(link, "SELECT pg_backend_pid()")[0])
            queries.append(_since(start))
    except BaseException:
        link.close()
        raise
    if keep:
        KEPT[place] = link
    else:
        link.close()
    return {
        "bench": {"connect_ms": connect_ms, "query_ms": queries, "backends": backends},
        "host": place.host,
        "port": place.port,
        "connection": "reused" if reused else "new",
    }


def _within(wish: Mapping[str, Any], name: str, most: int) -> int:
    """A number of the caller's, between 1 and `most`."""
    return max(1, min(int(wish.get(name, 1)), most))


def _since(start: float) -> float:
    return round((time.perf_counter() - start) * 1000, 3)
