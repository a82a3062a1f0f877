"""Whole commands in this process, on an account that is put back in a moment to what it was; no wait takes time."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from provision.aws.local.wire import Call
from provision.cli.globals import Surroundings
from tests.command import Told, typed
from tests.crash.account import Moment, RestorableAccount
from tests.crash.clock import SharedClock

REGION, NAME = "eu-west-1", "lambda-rds"
UP = ("up", "--no-preflight")


class Stage:
    """`moment` and `restore` keep and bring back; `type` runs one command line."""

    def __init__(self, folder: Path) -> None:
        self.clock = SharedClock(folder / "clock")
        self.folder = folder
        self.account = RestorableAccount(folder / "account", self.clock)
        self.heard: list[Call] = []
        self.account.hear(self.heard.append)
        self._keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing", "region_name": REGION}
        self._around = Surroundings(clock=self.clock, session=boto3.Session(**self._keys))  # type: ignore[arg-type]  # all text
        self._moments: dict[tuple[str, ...], Moment] = {}

    @property
    def state(self) -> Path:
        """The folder with the stack's own files."""
        return self.folder / "state" / "aws"

    def client(self, service: str) -> Any:
        """Somebody else's, who may do anything that the account lets anybody do."""
        session = boto3.Session(**self._keys)  # type: ignore[arg-type]  # all text
        return session.client(service, endpoint_url=self.account.url)  # type: ignore[call-overload]  # literal names

    def type(self, *words: str, settings: str = "") -> Told:
        config = self.folder / "provision.toml"
        config.write_text(settings, encoding="utf-8")
        where = ("--target", "aws", "--state-dir", str(self.folder / "state"), "--config", str(config))
        self.heard.clear()
        return typed(*where, *words, around=self._around)

    def moment(self) -> Moment:
        files = {path.name: path.read_bytes() for path in self.state.iterdir()} if self.state.exists() else {}
        return Moment(self.account.snapshot(), files)

    def restore(self, moment: Moment) -> None:
        self.account.restore(moment.account)
        shutil.rmtree(self.state, ignore_errors=True)
        self.state.mkdir(parents=True)
        for name, content in moment.files.items():
            (self.state / name).write_bytes(content)

    def after(self, *words: str, settings: str = "") -> None:
        """Puts all back to what a command leaves that begins with nothing; no words: to nothing."""
        key = (*words, settings)
        if key not in self._moments:
            self.restore(Moment(self.account.empty, {}))
            if words:
                self.type(*words, settings=settings).well()
            self._moments[key] = self.moment()
        self.restore(self._moments[key])

    def remembered(self) -> bytes:
        """The state file; empty where there is none."""
        file = self.state / f"{NAME}.json"
        return file.read_bytes() if file.exists() else b""

    def things(self) -> str:
        """All that is in the account, comparable."""
        return self.account.look().things


@contextmanager
def stage(folder: Path) -> Iterator[Stage]:
    with pytest.MonkeyPatch.context() as patch:
        made = Stage(folder)
        patch.setenv("AWS_ENDPOINT_URL", made.account.url)
        patch.setenv("AWS_REGION", REGION)
        try:
            yield made
        finally:
            made.account.close()
