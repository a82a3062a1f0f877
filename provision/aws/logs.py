"""Reading a log group on and on: each event once, in order, late ones too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from provision.aws.clients import Clients

LATE = 60_000
"""Milliseconds for which an event may turn up after newer ones: AWS shows a line only once its environment has sent it
off, some seconds after it was written, and the environments of a function do not wait for each other."""


@dataclass(frozen=True, kw_only=True)
class LogEvent:
    """One line of the function's or of Lambda's own. `at` is in milliseconds since 1970."""

    at: int
    message: str
    stream: str
    id: str


class Tail:
    """A log group from `start` on (milliseconds since 1970)."""

    def __init__(self, aws: Clients, group: str, *, start: int) -> None:
        self._aws = aws
        self._group = group
        self._start = start
        self._seen: set[LogEvent] = set()

    def read(self, now: int) -> Iterator[Sequence[LogEvent]]:
        """What has come since the last time, a page of AWS's at a time.

        `now` is milliseconds since 1970; a clock that goes wrong neither hides events nor shows one twice.
        """
        start = newest = self._start
        pages = self._aws.logs.get_paginator("filter_log_events").paginate(logGroupName=self._group, startTime=start)
        for page in pages:  # AWS: a page may be empty and not the last
            events = [
                LogEvent(at=one["timestamp"], message=one["message"], stream=one["logStreamName"], id=one["eventId"])
                for one in page["events"]
            ]
            fresh = [event for event in events if event not in self._seen]
            self._seen.update(events)
            newest = max([newest, *(event.at for event in events)])
            # An event may be dated up to two hours ahead, and our clock may be ahead of AWS: neither moves us too far.
            self._start = max(start, min(newest, now) - LATE)
            self._seen = {event for event in self._seen if event.at >= self._start}
            if fresh:
                yield fresh
