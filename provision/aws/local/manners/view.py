"""The account as its callers see it at one moment.

moto's objects hold what is so; who makes the real databases follow (the reconciler) needs just that. A caller sees
them through time: an instance that has been up for a second is `creating` until AWS would have finished. So the
attributes concerned become `Seen`, and tell the one or the other by whether a call is being answered.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class View:
    """One moment: `now` in seconds since the epoch, `pace` as in `Settings`."""

    now: float
    pace: float

    def age(self, thing: Any, event: str) -> float:
        """AWS's seconds since `event` was stamped on `thing`; infinite if it never was, or at pace 0."""
        return self.since(times(thing).get(event))

    def since(self, moment: float | None) -> float:
        """AWS's seconds since `moment`."""
        if moment is None or not self.pace:
            return math.inf
        return (self.now - moment) / self.pace

    def young(self, thing: Any, event: str, seconds: float) -> bool:
        """Whether `event` was less than so many of AWS's seconds ago."""
        return self.age(thing, event) < seconds


_VIEW: ContextVar[View | None] = ContextVar("view", default=None)


def view() -> View:
    """The moment at which the present call is answered. Raises LookupError outside a call."""
    seen = _VIEW.get()
    if seen is None:
        raise LookupError("no call is being answered")
    return seen


@contextmanager
def at(moment: View) -> Iterator[None]:
    """What runs within sees the account as callers do."""
    token = _VIEW.set(moment)
    try:
        yield
    finally:
        _VIEW.reset(token)


def times(thing: Any) -> dict[str, float]:
    """The moments stamped on one of moto's objects; kept, and saved, with it."""
    kept: dict[str, float] = vars(thing).setdefault("manners_times", {})
    return kept


def stamp(thing: Any, event: str) -> None:
    """`event` happens to `thing` now."""
    times(thing)[event] = view().now


class Seen:
    """An attribute that callers see otherwise than it is: `see(view, thing, value)`."""

    def __init__(self, name: str, see: Callable[[View, Any, Any], Any], *, default: Any = None) -> None:
        self._name = name
        self._see = see
        self._default = default

    def __get__(self, thing: Any, owner: type) -> Any:
        if thing is None:
            return self._default
        value = vars(thing).get(self._name, self._default)
        moment = _VIEW.get()
        return value if moment is None else self._see(moment, thing, value)

    def __set__(self, thing: Any, value: Any) -> None:
        vars(thing)[self._name] = value


def really(thing: Any, name: str) -> Any:
    """The value of a `Seen` attribute, whoever asks."""
    return vars(thing).get(name)
