"""Every call of the account's user, in order."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

KEPT = 20_000


@dataclass(kw_only=True)
class Entry:
    """One call. `status` and `code` are what was answered, None while it is under way or if nobody heard it."""

    n: int
    service: str
    action: str
    mutating: bool
    t: float
    by_function: bool = False
    status: int | None = None
    code: str = ""
    fault: str = ""


class Log:
    """The last calls. Not safe with threads: its owner holds a lock."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque(maxlen=KEPT)
        self._count = 0

    def begin(self, *, service: str, action: str, mutating: bool, t: float, by_function: bool) -> Entry:
        """A call arrives. Those of the account's own functions have number 0 and are not counted."""
        self._count += not by_function
        n = 0 if by_function else self._count
        entry = Entry(n=n, service=service, action=action, mutating=mutating, t=t, by_function=by_function)
        self._entries.append(entry)
        return entry

    def reset(self) -> None:
        """Forget all; the next call is number 1."""
        self._entries.clear()
        self._count = 0

    def as_dicts(self) -> list[dict[str, Any]]:
        """As JSON has it."""
        return [asdict(one) for one in self._entries]
