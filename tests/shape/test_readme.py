"""The README knows every command and global option, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import typer.main

from provision.cli.app import app
from provision.cli.commands import SUMMARIES
from tests.shape.sources import text

README = text(Path("README.md"))
TOP = typer.main.get_command(app)
PRIVATE = {"--help", "--install-completion", "--show-completion"}


def test_every_command_has_its_line() -> None:
    told = re.findall(r"^\| `([a-z-]+)` \| (.*) \|$", README, re.MULTILINE)
    assert told == [(name, summary.removesuffix(".")) for name, summary in SUMMARIES.items()]
    assert set(SUMMARIES) == set(getattr(TOP, "commands"))  # noqa: B009 - a group, which typer's types do not tell


def test_every_global_option_is_told() -> None:
    (told,) = re.findall(r"The global\s+ones \((.*?)\)", README, re.DOTALL)
    flags = {flag for each in TOP.params for flag in each.opts if flag.startswith("--")}
    assert set(re.findall(r"`(--[a-z-]+)`", told)) == flags - PRIVATE
