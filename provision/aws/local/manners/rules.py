"""Faults by rule: which call, and what becomes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fnmatch import fnmatchcase
from typing import Any

DEEDS = frozenset({"refuse", "lose", "delay", "hold", "kill"})


@dataclass(frozen=True, kw_only=True)
class Rule:
    """What happens to the calls that fit. Calls made by Lambda functions are never concerned.

    `refuse`: `code`, `message` and `status`. `lose`: the connection is cut. `delay`: by `seconds`. `hold`: until it is
    released, `seconds` at most. `kill`: SIGKILL for `pid`, or for the process that called, and the connection is cut.
    Each happens `before` the call is carried out or `after`; a call lost or delayed after it is the answer's loss or
    lateness.
    """

    do: str
    when: str = "before"
    service: str = "*"
    action: str = "*"
    call: int | None = None
    """Only the call with this number."""
    nth: int = 1
    """Only from the nth call on that fits otherwise,"""
    times: int | None = 1
    """and so often; None: always."""
    mutating: bool | None = None
    """Only calls that change the account, or only those that do not."""
    code: str = "InternalFailure"
    message: str = "The request processing has failed because of an unknown error."
    status: int = 400
    seconds: float = 60.0
    pid: int | None = None

    @classmethod
    def read(cls, members: Mapping[str, Any]) -> Rule:
        """From JSON. Raises ValueError for what cannot be."""
        known = {one.name for one in fields(cls)}
        if unknown := sorted(members.keys() - known):
            raise ValueError(f"a fault has no {', '.join(unknown)}")
        if members.get("do") not in DEEDS:
            raise ValueError(f"a fault does one of {', '.join(sorted(DEEDS))}")
        if members.get("when", "before") not in {"before", "after"}:
            raise ValueError("a fault happens before or after")
        return cls(**members)

    def fits(self, *, service: str, action: str, mutating: bool, number: int) -> bool:
        """Whether it is about such a call, its own count apart."""
        if self.call is not None and self.call != number:
            return False
        if self.mutating is not None and self.mutating != mutating:
            return False
        return fnmatchcase(service, self.service) and fnmatchcase(action, self.action)


class Faults:
    """The rules with their counts. Not safe with threads: its owner holds a lock."""

    def __init__(self, rules: tuple[Rule, ...]) -> None:
        self._seen = [(rule, [0]) for rule in rules]

    def of(self, *, service: str, action: str, mutating: bool, number: int) -> list[Rule]:
        """What happens to this call, in the order of the rules."""
        due = []
        for rule, seen in self._seen:
            if not rule.fits(service=service, action=action, mutating=mutating, number=number):
                continue
            seen[0] += 1
            last = None if rule.times is None else rule.nth + rule.times
            if rule.nth <= seen[0] and (last is None or seen[0] < last):
                due.append(rule)
        return due
