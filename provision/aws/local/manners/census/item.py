"""One thing in the account."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Item:
    """`also` are other ids of it (its ARN); `called` is what it is named if it has no tags that name it."""

    kind: str
    id: str
    region: str
    properties: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)
    called: str = ""
    also: tuple[str, ...] = ()


def tags_of(tags: Iterable[Mapping[str, str]] | None) -> dict[str, str]:
    """AWS's list of tags as a dict."""
    return {one["Key"]: one["Value"] for one in tags or ()}


def chosen(description: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those members that are there."""
    return {name: description[name] for name in names if description.get(name) not in (None, [], {}, "")}
