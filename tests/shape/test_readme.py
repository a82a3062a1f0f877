"""The README knows every command and option, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import typer.main

from provision.cli.app import app
from tests.shape.sources import text

README = text(Path("README.md"))
TOP = typer.main.get_command(app)
COMMANDS = dict(getattr(TOP, "commands"))  # noqa: B009 - a group, which typer's types do not tell
PRIVATE = {"--help", "--install-completion", "--show-completion"}


def row(name: str) -> str:
    """The table's line on a command."""
    lines = [line for line in README.splitlines() if re.match(rf"\| `{re.escape(name)}[ `]", line)]
    assert len(lines) == 1, f"{name} has {len(lines)} lines"
    return lines[0]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_and_its_options_are_told(name: str) -> None:
    said = row(name)
    told = set(re.findall(r"--[a-z][a-z-]*", said))
    options = [{*each.opts, *each.secondary_opts} - PRIVATE for each in COMMANDS[name].params]
    assert [flags for flags in options if any(flag.startswith("--") for flag in flags) and not flags & told] == []
    assert [flag for flag in told if not any(flag in flags for flags in options)] == [], "told of, and not there"
    assert [sub for sub in getattr(COMMANDS[name], "commands", {}) if sub not in said] == []


def test_every_global_option_is_told() -> None:
    flags = {flag for each in TOP.params for flag in each.opts if flag.startswith("--")}
    assert [
        flag for flag in sorted(flags - PRIVATE) if not re.search(rf"^\| .*`{flag}[ `]", README, re.MULTILINE)
    ] == []
