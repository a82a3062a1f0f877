"""What a check finds, and the list of all checks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from provision.doctor.picture import Picture


class Link(IntEnum):
    """The way from the function to the database, in order. What only shows that something is wrong comes last."""

    RIGHTS = 0
    FUNCTION = 1
    ROLE = 2
    ATTACHMENT = 3
    SECRET_WAY = 4
    SECRET = 5
    PROXY_WAY = 6
    PROXY = 7
    DATABASE_WAY = 8
    DATABASE = 9
    SYMPTOM = 10

    @property
    def words(self) -> str:
        return WORDS[self]


WORDS = {
    Link.RIGHTS: "your own rights",
    Link.FUNCTION: "function",
    Link.ROLE: "function's role",
    Link.ATTACHMENT: "function's network",
    Link.SECRET_WAY: "way to the secret",
    Link.SECRET: "secret",
    Link.PROXY_WAY: "way to the proxy",
    Link.PROXY: "proxy",
    Link.DATABASE_WAY: "way to the database",
    Link.DATABASE: "database",
    Link.SYMPTOM: "what it says itself",
}


class Severity(StrEnum):
    """`blocks`: the function cannot get through, or not always. `risks`: it works for now. `unseen`: not to be told."""

    blocks = "blocks"
    risks = "risks"
    unseen = "unseen"


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`command` mends it, as one types it but for words in capitals. `advice` says in words what those stand for and
    what else there is to do. One of the two may be empty. `by_up`: for a stack of ours `up` does it."""

    id: str
    link: Link
    what: str
    evidence: str
    command: str = ""
    advice: str = ""
    by_up: bool = False
    severity: Severity = Severity.blocks


Check = Callable[[Picture], Iterable[Finding]]
CHECKS: list[Check] = []


def check(function: Check) -> Check:
    """Makes a function one of the checks; within a link they count in the order in which they are written."""
    CHECKS.append(function)
    return function
