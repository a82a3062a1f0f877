"""What one types first."""

from __future__ import annotations

import subprocess
import sys

import pytest
import typer.main

from provision.cli.app import app
from tests.fresh import Provision

COMMANDS = tuple(getattr(typer.main.get_command(app), "commands"))  # noqa: B009 - a group, which typer's types do not tell


@pytest.mark.parametrize("words", [[], ["--help"], ["-h"]], ids=["bare", "--help", "-h"])
def test_help_names_every_command(provision: Provision, words: list[str]) -> None:
    told = provision(*words)
    assert (told.code, told.err) == (0, "")
    assert [name for name in COMMANDS if f" {name} " not in told.out] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_says_what_it_does_with_an_example(provision: Provision, command: str) -> None:
    told = provision(command, "--help").well()
    assert f"Usage: provision {command}" in told.out
    if command != "local":
        assert "Example: provision " in told.out


LOOK = """
import sys
from provision.cli.app import run
run(sys.argv[1:])
print(*sorted(name for name in sys.modules if name.startswith("provision.")), file=sys.stderr)
"""
NEEDED = {
    "cli", "cli.app", "cli.commands", "cli.exits", "cli.glance", "cli.globals", "cli.group", "cli.signals", "engine",
    "engine.clock", "errors", "ui", "ui.problem", "ui.words",
}  # fmt: skip


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_nothing_is_imported_for_it_that_only_a_command_needs(option: str) -> None:
    looked = subprocess.run([sys.executable, "-c", LOOK, option], capture_output=True, text=True, check=True)
    assert set(looked.stderr.split()) == {f"provision.{name}" for name in NEEDED}


def test_each_command_has_one_whole_line(provision: Provision) -> None:
    lines = provision("--help").well().out.partition("Commands:\n")[2].splitlines()
    assert [line.split()[0] for line in lines] == list(COMMANDS)
    assert [line for line in lines if len(line) > 80 or not line.endswith(".") or "..." in line] == []


def test_version(provision: Provision) -> None:
    told = provision("--version").well()
    assert told.out.startswith("provision ")
    assert told.err == ""
