"""A misspelt variable is told, whoever runs which command, and stops nothing."""

from __future__ import annotations

from typing import Any

import pytest
import typer

from provision.cli.app import app
from provision.cli.variables import OPTIONS
from tests.command import typed

CHANGES_NOTHING = "is not a variable of provision and changes nothing."


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("PROVISION_DATABASE_STORAGEGIB", "The nearest known one is PROVISION_DATABASE_STORAGE_GIB."),
        ("PROVISION_FUNCTION_MEMORY", "The nearest known one is PROVISION_FUNCTION_MEMORY_MB."),
        ("PROVISION_DB_PORT", "The nearest known one is PROVISION_DATABASE_PORT."),
        ("PROVISION_TARGT", "The nearest known one is PROVISION_TARGET."),
        ("PROVISION_NETWORK_MOON", "The nearest known one is PROVISION_NETWORK_"),
        ("PROVISION_IAM_MOON", "The nearest known one is PROVISION_"),
        ("PROVISION_REGION", "Use AWS_REGION."),
        ("PROVISION_PROFILE", "Use AWS_PROFILE or PROVISION_SETTINGS_PROFILE."),
        ("PROVISION_TAGS_OWNER", "Use --tag"),
    ],
)
def test_one_that_was_meant_to_be_ours(monkeypatch: pytest.MonkeyPatch, name: str, advice: str) -> None:
    monkeypatch.setenv(name, "1")
    told = typed("--quiet", "cost").well()
    (warning,) = told.err.splitlines()
    assert warning.startswith(f"Warning: {name} {CHANGES_NOTHING} {advice}")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PROVISION_DATABASE_STORAGE_GIB", "30"),
        ("PROVISION_SETTINGS_PROFILE", "production"),
        ("PROVISION_OUTPUT", "text"),
        ("PROVISION_LOCAL_PACE", "1"),
        ("PROVISION_DATABASE_STORAGEGIB", ""),
        ("PROVISIONER_DATABASE_STORAGEGIB", "30"),
        ("PROVISION_SHELL_SCRIPT", "somebody else's"),
    ],
)
def test_one_that_is_ours_or_another_programs(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert typed("cost").well().err == ""


def test_every_options_variable_is_known() -> None:
    def variables(command: Any) -> set[str]:
        own = {parameter.envvar for parameter in command.params if getattr(parameter, "envvar", None)}
        return own.union(*(variables(each) for each in getattr(command, "commands", {}).values()))

    assert variables(typer.main.get_command(app)) == set(OPTIONS)
