"""The skeleton that `scripts/new-resource` writes is a resource, and it overwrites nothing."""

from __future__ import annotations

import inspect
import runpy
import shutil
import subprocess
from pathlib import Path

import pytest

from provision.engine.resource import Resource
from tests.shape.sources import ROOT


@pytest.fixture
def script(tmp_path: Path) -> Path:
    (tmp_path / "scripts").mkdir()
    return Path(shutil.copy(ROOT / "scripts" / "new-resource", tmp_path / "scripts"))


def test_it_writes_a_resource(script: Path, tmp_path: Path) -> None:
    said = subprocess.run([script, "rds", "option_group"], capture_output=True, text=True, check=True).stdout
    file = tmp_path / "provision" / "resources" / "rds" / "option_group.py"
    made = runpy.run_path(str(file))["OptionGroup"]
    assert issubclass(made, Resource)
    assert not inspect.isabstract(made)
    assert made(key="option-group", name="x").label == "option group"
    assert 'steps.add(OptionGroup(key="option-group", name=...))' in said
    named = [word.rstrip(",.") for word in said.split() if word.startswith(("provision/", "docs/"))]
    assert "provision/policy/needs.py" in named
    assert [path for path in named if not (ROOT / path).exists() and not (tmp_path / path).exists()] == []
    assert (file.parent / "__init__.py").read_text().startswith('"""')


def test_it_overwrites_nothing(script: Path, tmp_path: Path) -> None:
    folder = tmp_path / "provision" / "resources" / "rds"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text("kept")
    (folder / "option_group.py").write_text("kept")
    assert subprocess.run([script, "rds", "option_group"], check=False).returncode == 2
    assert [path.read_text() for path in folder.iterdir()] == ["kept", "kept"]


@pytest.mark.parametrize("words", [(), ("rds",), ("RDS", "thing"), ("rds", "../thing"), ("rds", "a b")])
def test_it_wants_two_names(script: Path, tmp_path: Path, words: tuple[str, ...]) -> None:
    assert subprocess.run([script, *words], check=False).returncode == 2
    assert not (tmp_path / "provision").exists()
