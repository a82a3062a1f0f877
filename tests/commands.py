"""Whole commands in this process, against a local AWS that is served here too. Nothing stands behind the account: its
databases and proxies are there as soon as somebody asks for them, and its function answers a fixed greeting."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from provision.aws.local.manners.client import comparable
from provision.aws.local.wire import Answer, Call
from provision.cli.app import run
from tests.manners.conftest import REGION, Account

GREETING = {"message": "Hello world!", "connection": "new"}


@dataclass
class Commands:
    """Runs `provision` as a user would, in `folder`; what it printed is in `out` and `err`."""

    account: Account
    folder: Path
    capture: pytest.CaptureFixture[str]
    settings: str = ""
    out: str = ""
    err: str = ""
    options: list[str] = field(default_factory=list)
    stays: set[str] = field(default_factory=set)
    """States in which databases stay."""

    def __call__(self, *arguments: str) -> int:
        """The exit code."""
        config = self.folder / "provision.toml"
        config.write_text(self.settings)
        where = ["--target", "aws", "--region", REGION, "--state-dir", str(self.folder / "state")]
        code = run([*where, "--config", str(config), *self.options, *arguments])
        self.out, self.err = self.capture.readouterr()
        return code

    def done(self, *arguments: str) -> None:
        code = self(*arguments)
        assert code == 0, self.out + self.err

    def document(self, *arguments: str) -> dict[str, Any]:
        self.done("--output", "json", *arguments)
        told: dict[str, Any] = json.loads(self.out)
        return told

    def calls(self) -> list[dict[str, Any]]:
        """All calls so far of this test."""
        return self.account.manners.calls()

    def census(self) -> list[dict[str, Any]]:
        """What is in the account, names for ids."""
        return comparable(self.account.aws.questions["census"](b"")["census"])

    @property
    def state(self) -> Path:
        """The state file."""
        return self.folder / "state" / "aws" / "lambda-rds.json"

    def forget_state(self) -> None:
        self.state.unlink()

    @contextmanager
    def without_state(self) -> Iterator[None]:
        """For a while."""
        kept = self.state.read_bytes()
        self.state.unlink()
        yield
        self.state.write_bytes(kept)


@pytest.fixture
def commands(
    account: Account, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Commands]:
    """`provision` in an empty folder, against an empty account."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", account.url)
    around = account.aws.around
    made = Commands(account, tmp_path, capsys)

    def engines(call: Call, following: Callable[[Call], Answer]) -> Answer:
        """Behind all manners: what PostgreSQL, PgBouncer and the function would do is done."""
        if call.name == "lambda:Invoke":
            return Answer(200, [("Content-Type", "application/json")], json.dumps(GREETING).encode())
        if call.service == "rds":
            _end_what_is_deleted(account)
            account.engines_ready(but=made.stays)
        return following(call)

    around.append(engines)
    try:
        yield made
    finally:
        around.remove(engines)


def _end_what_is_deleted(account: Account) -> None:
    rds = account.aws.account.backend("rds", REGION)
    with account.aws.account.lock:
        for instance in [one for one in rds.databases.values() if one.status == "deleting"]:
            instance.deletion_protection = False
            rds.delete_db_instance(instance.db_instance_identifier, **instance.deletion)
        for proxy in [one for one in rds.db_proxies.values() if one.status == "deleting"]:
            rds.delete_db_proxy(proxy.db_proxy_name)


def named(census: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["kind"], one["name"]) for one in census}
