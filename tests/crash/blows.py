"""What can befall a command: at a call, or at a write of its state file."""

from __future__ import annotations

import errno
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
TROUBLES = {"disk full": errno.ENOSPC, "read-only": errno.EROFS}
"""What a folder that was writable may come to: from one of the file's moments on nothing can be written there."""
KILLS = ("kill before", "kill after", *AT_WRITES)
STATE, DRAFT = "lambda-rds.json", ".lambda-rds.json.new"
IMPATIENT = 1.0
"""Seconds that a command waits for an answer, where it is to give up."""
LATE = 0.1
"""Seconds after which a late call is carried out then. The twenty of the shared clock in which a command looks for what
a create without an answer made may pass within half a second of the machine's."""


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
        return self.mode in AT_WRITES or self.mode in TROUBLES

    @property
    def answer_seconds(self) -> float | None:
        return IMPATIENT if self.mode in ("time-out", "late") else None

    def rule(self, pid: int) -> dict[str, Any]:
        """As the account's manners want it."""
        count = {"nth": self.number, "mutating": True} if self.changes else {"call": self.number}
        strike: dict[str, Any] = {**AT_CALLS[self.mode], **count}
        if strike["do"] == "kill":
            strike["pid"] = pid
        if strike["do"] == "delay":
            strike["seconds"] = IMPATIENT + LATE
        return strike


class Moments:
    """Counts the moments of a state file's writes by what Python tells of itself (`sys.addaudithook`), and dies at one.

    A write is two: before its draft is opened, and before that is renamed.
    """

    def __init__(self, folder: Path, blow: Blow | None) -> None:
        self._folder = f"{folder}{os.sep}"
        self._state, self._draft = os.fspath(folder / STATE), os.fspath(folder / DRAFT)
        self._blow = blow if blow and blow.at_write else None
        self.kinds: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in ("open", "os.rename", "os.remove") or isinstance(arguments[0], int):
            return
        path = os.fspath(arguments[0])
        self._trouble(event, path, arguments)
        if path != (self._state if event == "os.remove" else self._draft):
            return
        self.kinds.append(event)
        self._trouble(event, path, arguments)
        if self._blow and self._blow.mode in AT_WRITES and len(self.kinds) == self._blow.number:
            if self._blow.mode == "torn write" and event == "os.rename":
                os.truncate(path, Path(path).stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    def _trouble(self, event: str, path: str | bytes, arguments: tuple[Any, ...]) -> None:
        """From its moment on, as the kernel would tell of it."""
        if self._blow is None or self._blow.mode not in TROUBLES or len(self.kinds) < self._blow.number:
            return
        writes = bool(arguments[2] & (os.O_WRONLY | os.O_RDWR)) if event == "open" else event != "os.remove"
        if self._blow.mode == "read-only":
            writes |= event == "os.remove"
        if writes and os.fsdecode(path).startswith(self._folder):
            number = TROUBLES[self._blow.mode]
            raise OSError(number, os.strerror(number), path)
