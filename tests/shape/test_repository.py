"""What the repository as a whole holds to."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from tests.shape.sources import ROOT, text, tracked

MACHINE = re.compile(r"(?<![\w.~$})>-])/(?:root|work|home|Users|mnt)/\w")
"""Folders that are on one machine and not on the next."""
REGISTRIES = re.compile(r"\b(?:[\w-]+\.)*(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com|io)\b|--(?:extra-)?index-url")
TOO_BIG = 1_000_000


def test_nothing_of_one_machine_or_registry() -> None:
    others = [path for path in tracked() if ROOT / path != Path(__file__)]
    found = [
        f"{path}:{number}"
        for path in others
        for number, line in enumerate(text(path).splitlines(), start=1)
        if MACHINE.search(line) or REGISTRIES.search(line)
    ]
    assert found == []


def test_a_file_is_text_of_a_sane_size() -> None:
    assert [str(path) for path in tracked() if (ROOT / path).stat().st_size > TOO_BIG] == []
    assert [str(path) for path in tracked() if b"\r" in (ROOT / path).read_bytes()] == []


def test_state_is_ignored_and_its_description_is_not() -> None:
    ignored = ["git", "-C", str(ROOT), "check-ignore", "--quiet", "--no-index"]
    assert subprocess.run([*ignored, "state/local/lambda-rds.json"], check=False).returncode == 0
    assert subprocess.run([*ignored, "state/local/aws/account.key"], check=False).returncode == 0
    assert subprocess.run([*ignored, "state/README.md"], check=False).returncode == 1
    assert Path("state/README.md") in tracked()


def test_a_script_is_sound() -> None:
    scripts = [path for path in tracked() if path.parts[0] in ("scripts", ".ci")]
    assert len(scripts) > 1
    for path in scripts:
        said = text(path)
        assert os.access(ROOT / path, os.X_OK) == said.startswith("#!"), path
        if "bash" in said.splitlines()[0]:
            subprocess.run(["bash", "-n", ROOT / path], check=True)
            assert path.suffix == ".sh" or "\nset -euo pipefail\n" in said, path
