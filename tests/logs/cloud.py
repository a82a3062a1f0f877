"""CloudWatch Logs as far as a reader sees it: events appear late and in any order, in pages, some empty."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Written:
    """An event of the time `at` that nobody sees before `visible` (both in milliseconds)."""

    id: str
    at: int
    visible: int
    stream: str = "one"


@dataclass(kw_only=True)
class LogsClient:
    """What `Tail` asks of boto3's client; `now` is the time, `page` how many events one holds."""

    events: Sequence[Written]
    page: int
    now: int = 0
    starts: list[int] = field(default_factory=list)

    def get_paginator(self, operation: str) -> LogsClient:
        assert operation == "filter_log_events"
        return self

    def paginate(self, *, logGroupName: str, startTime: int) -> Iterator[dict[str, Any]]:  # noqa: N803 - boto3's
        assert logGroupName == "group"
        self.starts.append(startTime)
        seen = [one for one in self.events if one.visible <= self.now and one.at >= startTime]
        listed = [
            {"timestamp": one.at, "message": one.id, "eventId": one.id, "logStreamName": one.stream}
            for one in sorted(seen, key=lambda one: one.at)
        ]
        for first in range(0, len(listed), self.page):
            yield {"events": listed[first : first + self.page], "nextToken": "more"}
            yield {"events": [], "nextToken": "more"}
        yield {"events": []}


@dataclass(frozen=True)
class Aws:
    """The clients of one account."""

    logs: LogsClient
