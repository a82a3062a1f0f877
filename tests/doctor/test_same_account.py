"""What `doctor` gives to be typed is about the account, the stack and the settings that it was asked about."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.stage import REGION, UP, stage


def test_its_commands_repeat_the_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "profiles").write_text("[profile mine]\n", encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "profiles"))
    folder = tmp_path / "a folder"
    folder.mkdir()
    with stage(folder) as there:
        there.after(*UP)
        there.client("lambda").put_function_concurrency(
            FunctionName="lambda-rds-function", ReservedConcurrentExecutions=0
        )
        told = there.type("--profile", "mine", "--tag", "owner=me", "--output", "json", "doctor")
        own, aws = (shlex.split(command) for command in told.document["root"]["mend"])
        files = ["--state-dir", str(there.folder / "state"), "--config", str(there.folder / "provision.toml")]
        said = ["--target", "aws", "--profile", "mine", *files, "--tag", "owner=me"]
        assert own == ["provision", *said, "doctor", "--fix"]
        assert aws[:5] == ["aws", "--region", REGION, "--profile", "mine"]
