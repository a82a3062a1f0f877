"""The listener for pipes, files and CI: whole lines, no colour, nothing written over."""

from __future__ import annotations

from dataclasses import dataclass
from threading import Lock
from typing import TextIO

from provision.engine.events import Event, StepDelayed, StepDone, StepFailed, StepWaiting, Warned
from provision.ui.event_text import EventText
from provision.ui.words import say

_EVERY = 30.0
"""Seconds of waiting between two lines about one step, unless AWS says something new."""


@dataclass(frozen=True, kw_only=True)
class _Last:
    at: float
    words: str


class Lines:
    """An `Emit` that writes a line for each event that matters; may be called from several threads."""

    def __init__(self, stream: TextIO, *, quiet: bool) -> None:
        """With `quiet` only warnings and failures are written."""
        self._stream = stream
        self._quiet = quiet
        self._text = EventText()
        self._last: dict[str, _Last] = {}
        self._lock = Lock()

    def __call__(self, event: Event) -> None:
        with self._lock:
            line = self._text.line(event)
            if line and self._worth(event):
                say(self._stream, line)

    def _worth(self, event: Event) -> bool:
        if self._quiet:
            return isinstance(event, Warned | StepFailed)
        match event:
            case StepWaiting():
                return self._new(event.key, event.at, event.detail)
            case StepDelayed():
                return self._new(event.key, event.at, event.reason)
            case StepDone() | StepFailed():
                self._last.pop(event.key, None)
        return True

    def _new(self, key: str, at: float, words: str) -> bool:
        last = self._last.get(key)
        if last and last.words == words and at - last.at < _EVERY:
            return False
        self._last[key] = _Last(at=at, words=words)
        return True
