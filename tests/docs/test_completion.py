"""Completion for bash, zsh and fish: its scripts, its answers, and that it asks nothing of AWS's libraries."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PROVISION = Path(sys.executable).with_name("provision")
# Completes as the shell's script asks, then tells which of AWS's libraries that took.
LOOK = """
import sys
from provision.cli import main
try:
    main()
finally:
    print([name for name in ("boto3", "botocore", "moto", "rich") if name in sys.modules], file=sys.stderr)
"""


def ask(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", LOOK], env={**os.environ, **variables}, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_its_script(shell: str) -> None:
    said = subprocess.run(
        [str(PROVISION), "--show-completion", shell],
        env={**os.environ, "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert f"complete_{shell}" in said
    checker = shutil.which(shell)
    if checker:  # bash is everywhere, the others where they are installed
        subprocess.run([checker, "-n"], input=said, text=True, check=True)


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ({"_PROVISION_COMPLETE": "complete_bash", "COMP_WORDS": "provision en", "COMP_CWORD": "1"}, "enable-proxy"),
        ({"_PROVISION_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": "provision up --egress "}, "endpoint"),
        (
            {
                "_PROVISION_COMPLETE": "complete_fish",
                "_TYPER_COMPLETE_ARGS": "provision teardown --fi",
                "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            },
            "--final-snapshot",
        ),
        ({"_PROVISION_COMPLETE": "complete_bash", "COMP_WORDS": "provision policy tea", "COMP_CWORD": "2"}, "teardown"),
        ({"_PROVISION_COMPLETE": "complete_bash", "COMP_WORDS": "provision outputs vp", "COMP_CWORD": "2"}, "vpc_id"),
    ],
    ids=["bash", "zsh", "fish", "a command's policy", "an output"],
)
def test_it_completes_without_the_libraries_of_aws(variables: dict[str, str], told: str) -> None:
    done = ask(**variables)
    assert told in done.stdout
    assert "[]" in done.stderr.splitlines()[-1].replace("'rich'", ""), done.stderr


def test_bash_completes_by_the_script_itself() -> None:
    script = f'eval "$({PROVISION} --show-completion bash)"; COMP_WORDS=(provision bench --sv); COMP_CWORD=2; '
    done = subprocess.run(
        ["bash", "-c", script + '_provision_completion provision; echo "${COMPREPLY[@]}"'],
        env={
            **os.environ,
            "_TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION": "1",
            "PATH": f"{PROVISION.parent}{os.pathsep}{os.environ['PATH']}",
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "--svg"
