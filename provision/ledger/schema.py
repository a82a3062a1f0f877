"""The shape of the state file and the way from older shapes to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from provision.errors import LedgerTooNew

VERSION = 1
END_OF_TIME = 1e11
"""Seconds since 1970 beyond which nothing happens: Python's clock ends in the year 9999."""
Status = Literal["creating", "ready", "updating", "deleting", "failed"]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One resource. `token` is the create's idempotency token; `since`, seconds since 1970, when `status` began or, of
    a create, when it was last answered or given up."""

    kind: str
    status: Status
    id: str = ""
    attrs: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    since: float = 0.0


@dataclass(kw_only=True)
class Document:
    """The whole file. `features` are what commands switched on, such as `proxy`, so that a plain `up` keeps them."""

    stack: str
    target: str
    account: str
    region: str
    features: dict[str, bool] = field(default_factory=dict)
    resources: dict[str, Row] = field(default_factory=dict)


def to_json(document: Document) -> dict[str, Any]:
    """The document in the file's own shape: its `version`, then its fields, `resources` by key."""
    return {"version": VERSION, **asdict(document)}


def from_json(raw: Mapping[str, Any], *, path: str) -> Document:
    """A document from a parsed file of this or an older version.

    Raises `LedgerTooNew` for a later version, and KeyError, TypeError or ValueError for anything that is no state file.
    """
    version = raw["version"]
    if type(version) is not int or version < 1:  # to Python, true is an int
        raise ValueError("version")
    if version > VERSION:
        raise LedgerTooNew(
            what=f"The state file {path} has version {version}; this provision knows {VERSION}.",
            why="It was written by a later provision.",
            hint="Upgrade provision and run the same command again.",
        )
    body = dict(raw)
    for migrate in MIGRATIONS[version - 1 :]:
        body = migrate(body)
    rows = {key: Row(**row) for key, row in body["resources"].items()}
    for row in rows.values():
        _check(row)
    features = dict(body["features"])
    if not all(isinstance(value, bool) for value in features.values()):
        raise TypeError("features are true or false")
    words = {key: body[key] for key in ("stack", "target", "account", "region")}
    if not all(isinstance(word, str) for word in words.values()):
        raise TypeError("stack, target, account and region are text")
    return Document(**words, features=features, resources=rows)


def _check(row: Row) -> None:
    texts = (row.kind, row.status, row.id, row.token)
    if not all(isinstance(text, str) for text in texts) or row.status not in STATUSES:
        raise ValueError("row")
    "".join(texts).encode()  # JSON can escape halves of a character, which are no text: ValueError
    if not isinstance(row.attrs, dict) or not isinstance(row.since, int | float):
        raise TypeError("row")
    if not abs(row.since) < END_OF_TIME:  # neither is JSON's NaN a moment
        raise ValueError("since")


MIGRATIONS: list[Callable[[dict[str, Any]], dict[str, Any]]] = []
"""MIGRATIONS[n] turns a document of version n + 1 into one of version n + 2."""
