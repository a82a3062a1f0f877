"""Programs that are not installed: hidden from one command, in a mount namespace of its own."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from provision.aws.local.engines.binaries import pgbouncer, postgresql

OWN_MOUNTS = ["unshare", "--mount", "--map-root-user"]


def may_mount() -> bool:
    try:
        return subprocess.run([*OWN_MOUNTS, "mount", "-t", "tmpfs", "none", "/mnt"], check=False).returncode == 0
    except OSError:
        return False


def hidden(place: Path) -> str:
    """A shell's words that hide a folder or a program."""
    over = "-t tmpfs none" if place.is_dir() else "--bind /dev/null"
    return f"mount {over} {shlex.quote(str(place))}"


@pytest.mark.skipif(
    not may_mount(), reason="needs a mount namespace of its own, which only Linux has and not all allow"
)
@pytest.mark.parametrize(
    ("place", "name"), [(postgresql(), "PostgreSQL (version 14 or newer)"), (pgbouncer(), "PgBouncer")]
)
def test_one_line_says_how_to_install_it(tmp_path: Path, place: Path, name: str) -> None:
    command = shlex.join([sys.executable, "-m", "provision", "--state-dir", str(tmp_path), "--output", "json", "up"])
    words = [*OWN_MOUNTS, "sh", "-c", f"{hidden(place)} && {command}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 5
    assert done.stderr.startswith(f"Error: {name} not found; install with: ")
    assert done.stderr.count("\n") == 1
    assert json.loads(done.stdout)["error"]["what"] in done.stderr
    assert [path.name for path in tmp_path.rglob("*.json")] == [], "nothing was begun"


def test_a_missing_package_is_to_be_had_from_the_checkout_and_from_no_index(tmp_path: Path) -> None:
    """An index may have another package of that name."""
    lacking = "import runpy, sys; sys.modules['awslambdaric'] = None; runpy.run_module('provision.aws.local.server', "
    command = [sys.executable, "-c", f"{lacking}run_name='__main__')", "--folder", str(tmp_path / "aws"), "--ready"]
    read_end, write_end = os.pipe()
    subprocess.run([*command, str(write_end)], pass_fds=[write_end], check=False)
    os.close(write_end)
    with open(read_end, encoding="utf-8") as answer:  # noqa: PTH123 - a descriptor
        told = json.load(answer)
    assert "not installed: awslambdaric." in told["what"]
    assert "pip install -e '.[local]'" in told["hint"]
