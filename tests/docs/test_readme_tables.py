"""The README's tables and its settings are those of the program."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer.main

from provision import errors, profiles
from provision.cli.app import app
from provision.configuration import load
from provision.settings import SECTIONS
from tests.shape.sources import ROOT, text

README = text(Path("README.md"))
TOP = typer.main.get_command(app)


def shown_settings() -> dict[str, Any]:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return tomllib.loads(block)


def test_the_settings_file_shows_every_setting_with_its_default() -> None:
    shown = shown_settings()
    del shown["tags"]  # of one's own
    assert shown.pop("profile") == profiles.DEFAULT
    assert shown == {
        section: {
            spec.name: list(spec.default) if isinstance(spec.default, tuple) else spec.default
            for spec in dataclasses.fields(kind)
        }
        for section, kind in SECTIONS.items()
    }


def test_the_settings_file_works_as_it_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "provision.toml"
    file.write_text(re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)[0], encoding="utf-8")
    plain = load(file=None, environment={}, options={}, tags={})
    assert dataclasses.replace(load(file=file, environment={}, options={}, tags={}), tags={}) == plain


@pytest.mark.parametrize("option", [each for each in TOP.params if each.envvar], ids=lambda option: option.name)
def test_a_global_option_has_its_variable_and_default_in_the_table(option: Any) -> None:
    (row,) = (line for line in README.splitlines() if re.match(rf"\| `{re.escape(option.opts[0])}[ `]", line))
    assert f"`{option.envvar}`" in row
    default = {"config": "./provision.toml", "state_dir": "./state"}.get(option.name, str(option.default or ""))
    assert default in row


def exit_codes() -> dict[int, list[type[errors.ProvisionError]]]:
    found: dict[int, list[type[errors.ProvisionError]]] = {}
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, errors.ProvisionError):
            found.setdefault(each.exit_code, []).append(each)
    return found


def test_every_exit_code_has_its_line() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \| ", README, re.MULTILINE)}
    assert told == set(exit_codes()) | {0, 7, 130}


def test_what_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
