"""The README's tables and its settings are those of the program."""

from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

from provision import errors
from provision.cli.exits import BROKEN_PIPE
from provision.cli.signals import INTERRUPTED
from provision.configuration import load
from tests.shape.sources import ROOT, text

README = text(Path("README.md"))


def shown_settings() -> tuple[str, dict[str, Any]]:
    (block,) = re.findall(r"^```toml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    return block, tomllib.loads(block)


def test_the_settings_file_works_as_it_is_shown(tmp_path: Path) -> None:
    file, (block, shown) = tmp_path / "provision.toml", shown_settings()
    file.write_text(block, encoding="utf-8")
    loaded = dataclasses.asdict(load(file=file, environment={}, options={}, tags={}))
    assert shown
    assert {section: {key: loaded[section][key] for key in keys} for section, keys in shown.items()} == shown


def exit_codes() -> dict[int, list[type[errors.ProvisionError]]]:
    found: dict[int, list[type[errors.ProvisionError]]] = {}
    for each in vars(errors).values():
        if isinstance(each, type) and issubclass(each, errors.ProvisionError):
            found.setdefault(each.exit_code, []).append(each)
    return found


def test_every_exit_code_has_its_line() -> None:
    told = {int(code) for code in re.findall(r"^\| (\d+) \| ", README, re.MULTILINE)}
    assert told == set(exit_codes()) | {0, 7, BROKEN_PIPE, INTERRUPTED}


def test_what_the_readme_links_to_is_there() -> None:
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
