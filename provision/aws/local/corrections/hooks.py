"""Functions that run before, after or in place of one of moto's actions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from provision.aws.local.wire import Call

Plain = Callable[["Call"], None]
Answering = Callable[["Call"], dict[str, Any]]
Amending = Callable[["Call", dict[str, Any]], None]
_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass
class Hooks:
    """Functions by `service:Action`, in the order in which they were given."""

    before: dict[str, list[Plain]] = field(default_factory=lambda: defaultdict(list))
    instead: dict[str, Answering] = field(default_factory=dict)
    after: dict[str, list[Plain]] = field(default_factory=lambda: defaultdict(list))
    amend: dict[str, list[Amending]] = field(default_factory=lambda: defaultdict(list))

    def concern(self, name: str) -> bool:
        """Whether there is anything to say about `service:Action`."""
        return any(name in table for table in (self.before, self.instead, self.after, self.amend))


ALL = Hooks()


def before(*names: str) -> Callable[[_F], _F]:
    """Runs before moto does."""
    return _listed(ALL.before, names)


def after(*names: str) -> Callable[[_F], _F]:
    """Runs when moto, or what stands in its place, has done it."""
    return _listed(ALL.after, names)


def amend(*names: str) -> Callable[[_F], _F]:
    """Runs on the answer."""
    return _listed(ALL.amend, names)


def instead(name: str) -> Callable[[_F], _F]:
    """Runs in moto's place."""

    def keep(function: _F) -> _F:
        ALL.instead[name] = function
        return function

    return keep


def _listed(table: dict[str, list[Any]], names: tuple[str, ...]) -> Callable[[_F], _F]:
    def keep(function: _F) -> _F:
        for name in names:
            table[name].append(function)
        return function

    return keep
