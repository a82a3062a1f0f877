"""Blocks of Markdown that show what a command prints: `<!-- output: cost -->`, then a fence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^<!-- output: (?P<command>[^\n]+) -->\n+```\w*\n(?P<said>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """`command` is what one types after `provision`; `said` what the page claims that it prints."""

    command: str
    said: str


def blocks(page: Path) -> list[Block]:
    return [Block(match["command"], match["said"]) for match in BLOCK.finditer(page.read_text(encoding="utf-8"))]
