"""What one types first."""

from __future__ import annotations

import pytest
import typer.main

from provision.cli.app import app
from tests.cli.conftest import Provision

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


def test_version(provision: Provision) -> None:
    told = provision("--version").well()
    assert told.out.startswith("provision ")
    assert told.err == ""
