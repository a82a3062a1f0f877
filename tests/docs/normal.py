"""Blocks of a page that show what a command prints, steps under way together in any order: `<!-- output: up -->` and
then a fence, in which `...` stands for lines that are left out."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.console import REST, same

BLOCK = re.compile(r"^<!-- output: (?P<command>[^\n]+) -->\n+```\n(?P<said>.*?)^```$", re.MULTILINE | re.DOTALL)


def shown(page: Path, command: str) -> str:
    """What the page claims that `command` prints."""
    (said,) = (
        match["said"] for match in BLOCK.finditer(page.read_text(encoding="utf-8")) if match["command"] == command
    )
    return str(said)


def missing(page: str, said: str) -> list[str]:
    """Lines of a page that the command did not print."""
    printed = _lines(said)
    return [line for line in _lines(page) if line.strip() != REST and line not in printed]


def _lines(text: str) -> list[str]:
    """A step that took no time says none; a port is anybody's."""
    return re.sub(r"(DB_PORT: absent -> )\d+", r"\1PORT", same(text).replace(" in TIME", "")).splitlines()
