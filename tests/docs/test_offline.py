"""What the pages say that `cost` prints is what it prints: it needs no stack, so it can be asked at once."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.blocks import Block, blocks
from tests.shape.sources import ROOT, tracked

OFFLINE = ("cost",)
PAGES = [path for path in tracked() if path.suffix == ".md" and path.parts[0] in ("README.md", "docs")]
SHOWN = [(page, block) for page in PAGES for block in blocks(ROOT / page) if block.command.split()[0] in OFFLINE]


def test_the_readme_takes_its_prices_from_the_command() -> None:
    assert [block.command for page, block in SHOWN if page == Path("README.md")] == ["cost"]


@pytest.mark.parametrize(("page", "block"), SHOWN, ids=[f"{page}: {block.command}" for page, block in SHOWN])
def test_a_page_shows_what_the_command_prints(page: Path, block: Block, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "provision", *shlex.split(block.command)]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert block.said == said, page
