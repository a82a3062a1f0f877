"""The words for each event, the same for a pipe and for a terminal."""

from __future__ import annotations

from provision.engine.events import (
    Event,
    Note,
    RunBegan,
    RunEnded,
    Silent,
    StepBegan,
    StepDelayed,
    StepDone,
    StepEvent,
    StepFailed,
    StepWaiting,
    Warned,
)
from provision.ui.words import clean, duration

LABEL = 28
"""Columns kept for a step's label, so that what happens to the steps stands in one column."""
_LINE = 80
_DOING = {"create": "creating", "update": "changing", "delete": "removing"}
DONE = {"create": "created", "update": "changed", "delete": "removed"}


class EventText:
    """Turns events into lines. Not thread-safe: its owner takes the lock."""

    def __init__(self) -> None:
        self._verbs: dict[str, str] = {}
        self._details: dict[str, str] = {}

    def line(self, event: Event) -> str:
        """One line without a line break; empty for an event that deserves none."""
        match event:
            case RunBegan():
                where = f"account {event.account}, Region {event.region}"
                return f"{event.command} {event.name} on {event.target} ({where})"
            case StepEvent():
                return self._step(event)
            case Note():
                return clean(event.text)
            case Warned():
                return clean(f"Warning: {event.what} {event.hint}")
            case Silent():
                return ""
            case RunEnded():
                return f"Done in {duration(event.elapsed)}."

    def doing(self, key: str) -> str:
        """What is being done to a step under way, such as `creating`."""
        return _DOING.get(self._verbs.get(key, ""), "waiting")

    def progress(self, event: StepWaiting, *, elapsed: float) -> str:
        """`2m10s of usually 6m (AWS: its own words)`; `elapsed` in seconds, the event's own or a later count."""
        usual = f" of usually {duration(event.usual)}" if event.usual else ""
        words = clean(event.detail)
        words = "" if words == self.doing(event.key) else words
        return f"{duration(elapsed)}{usual}" + (f" (AWS: {words})" if words else "")

    def _step(self, event: StepEvent) -> str:
        text = ""
        match event:
            case StepBegan():
                self._verbs[event.key] = event.verb
                self._details[event.key] = clean(event.detail)
            case StepWaiting():
                text = f"{self.doing(event.key)} … {self.progress(event, elapsed=event.elapsed)}"
            case StepDelayed():
                text = f"asking again: {clean(event.reason)}"
            case StepDone():
                text = self._done(event)
            case StepFailed():
                text = f"failed: {clean(event.what)}"
        return row(event.label, text) if text else ""

    def _done(self, event: StepDone) -> str:
        text = DONE.get(event.verb, event.verb)
        if event.elapsed >= 1:
            text = f"{text} in {duration(event.elapsed)}"
        detail = self._details.pop(event.key, "")
        if detail:
            return f"{text} ({detail})"
        named = f"{text}: {event.id}"
        return named if event.id and len(row(event.label, named)) <= _LINE else text


def row(label: str, text: str) -> str:
    """A step's line, its words in the column all steps share."""
    return f"  {clean(label):<{LABEL - 1}} {text}"
