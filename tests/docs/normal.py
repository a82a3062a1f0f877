"""What differs from run to run is taken out of what a command printed, so that a page's copy of it can be compared."""

from __future__ import annotations

import re

LEFT_OUT = re.compile(r"\s*\.\.\.")
_CHANGING = (
    (re.compile(r"\b(vpc|subnet|igw|eipalloc|nat|rtb|sg|sgr)-[0-9a-f]+"), r"\1-ID"),
    (re.compile(r" in (?:under )?(?:\d+[dhms])+(?=[:. (]|$)"), ""),
    (re.compile(r"\b127\.0\.0\.\d+\b"), "ADDRESS"),
    (re.compile(r"\b\d+(?:\.\d+)* ms\b"), "N ms"),
    (re.compile(r"\b\d+ (created|changed|removed)(?=[,.])"), r"N \1"),
    (re.compile(r"\b(DB_PORT: absent ->|port|server_version|backend_pid)( +)[\d.]+"), r"\1\2N"),
)


def normal(text: str) -> list[str]:
    """Its lines without ids, times, addresses, ports and versions."""
    for pattern, name in _CHANGING:
        text = pattern.sub(name, text)
    return text.splitlines()


def missing(shown: str, said: str) -> list[str]:
    """Lines of a page that the command did not print. Steps that AWS works at together end in any order."""
    printed = normal(said)
    return [line for line in normal(shown) if not LEFT_OUT.fullmatch(line) and line not in printed]
