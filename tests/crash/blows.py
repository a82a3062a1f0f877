"""What can befall a command: at a call, or at a write of its state file."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Any

AT_CALLS = {
    "kill before": {"do": "kill", "when": "before"},
    "kill after": {"do": "kill", "when": "after"},
    "answer lost": {"do": "lose", "when": "after"},
    "time-out": {"do": "delay", "when": "after"},
    "late": {"do": "delay", "when": "before"},
}
"""By name, what the account does at the call. Of a time-out the command hears nothing, and gives up; AWS has carried
it out before that, or, `late`, only afterwards."""
AT_WRITES = ("kill at write", "torn write")
"""SIGKILL at each moment of a write (before it, with the draft written and not renamed, before a removal), and with a
draft that was only half written."""
KILLS = ("kill before", "kill after", *AT_WRITES)
STATE, DRAFT = "lambda-rds.json", ".lambda-rds.json.new"
IMPATIENT = 1.0
"""Seconds that a command waits for an answer, where it is to give up."""


@dataclass(frozen=True, kw_only=True)
class Blow:
    """`mode` at the `number`th call (`changes`: of those that change something), or moment of the file's writes."""

    mode: str
    number: int
    changes: bool = False

    @property
    def kills(self) -> bool:
        return self.mode in KILLS

    @property
    def at_write(self) -> bool:
        return self.mode in AT_WRITES

    @property
    def answer_seconds(self) -> float | None:
        return IMPATIENT if self.mode in ("time-out", "late") else None

    def rule(self, pid: int) -> dict[str, Any]:
        """As the account's manners want it."""
        count = {"nth": self.number, "mutating": True} if self.changes else {"call": self.number}
        told: dict[str, Any] = {**AT_CALLS[self.mode], **count}
        if told["do"] == "kill":
            told["pid"] = pid
        if told["do"] == "delay":
            told["seconds"] = IMPATIENT * 1.5
        return told


class Moments:
    """Counts the moments of a state file's writes by what Python tells of itself (`sys.addaudithook`), and dies at one.

    A write is two: before its draft is opened, and before that is renamed.
    """

    def __init__(self, folder: Path, blow: Blow | None) -> None:
        self._state, self._draft = os.fspath(folder / STATE), os.fspath(folder / DRAFT)
        self._blow = blow if blow and blow.at_write else None
        self.kinds: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("open", "os.rename", "os.remove") or isinstance(arguments[0], int):
            return
        path = os.fspath(arguments[0])
        if path != (self._state if event == "os.remove" else self._draft):
            return
        self.kinds.append(event)
        if self._blow and len(self.kinds) == self._blow.number:
            if self._blow.mode == "torn write" and event == "os.rename":
                os.truncate(path, Path(path).stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)
