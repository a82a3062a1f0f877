"""Credentials of another account: what a stack has in its own account is left alone, and remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from provision.cli.globals import Surroundings
from tests.command import Told, typed
from tests.stage import REGION, UP, Stage, stage

OURS, THEIRS = "123456789012", "012345678901"
TEARDOWN = ("teardown", "--yes", "--skip-final-snapshot")


class Changing:
    """A helper program that gives out credentials, of this account or that. botocore renews at every call what ends
    in less than ten minutes."""

    def __init__(self, there: Stage) -> None:
        self._there = there
        self._gives = there.folder / "gives.json"
        self.config = there.folder / "config"
        self.config.write_text(f"[default]\ncredential_process = cat {self._gives}\n", encoding="utf-8")

    def _of(self, account: str) -> dict[str, str]:
        if account == OURS:
            return {"AccessKeyId": "testing", "SecretAccessKey": "testing"}
        role = f"arn:aws:iam::{account}:role/admin"
        made = self._there.client("sts").assume_role(RoleArn=role, RoleSessionName="me")["Credentials"]
        return {name: made[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}

    def give(self, account: str, **keys: str) -> None:
        until = (datetime.now(UTC) + timedelta(minutes=9)).isoformat()
        given = {"Version": 1, "Expiration": until, **self._of(account), **keys}
        beside = self._gives.with_suffix(".new")
        beside.write_text(json.dumps(given), encoding="utf-8")
        beside.replace(self._gives)  # at every moment it is whole

    def become(self, account: str, after: int) -> None:
        """This account's so many times, then the other's."""
        self.give(OURS)
        ours = self._gives.rename(self._gives.with_suffix(".ours"))
        program, count = self._gives.with_suffix(".sh"), self._gives.with_suffix(".count")
        self.give(account)
        count.write_text("", encoding="utf-8")
        program.write_text(
            f"echo >> '{count}'\n[ $(wc -l < '{count}') -le {after} ] && exec cat '{ours}'\nexec cat '{self._gives}'\n",
            encoding="utf-8",
        )
        self.config.write_text(f"[default]\ncredential_process = sh '{program}'\n", encoding="utf-8")

    def sees_there(self) -> list[Any]:
        """What is in the other account, of some kinds."""
        keys = self._of(THEIRS)
        session = boto3.Session(keys["AccessKeyId"], keys["SecretAccessKey"], keys["SessionToken"], REGION)
        url = self._there.account.url
        secrets = session.client("secretsmanager", endpoint_url=url).list_secrets()["SecretList"]
        return [*session.client("iam", endpoint_url=url).list_roles()["Roles"], *secrets]


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture
def helper(there: Stage, monkeypatch: pytest.MonkeyPatch) -> Changing:
    made = Changing(there)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(made.config))
    return made


def run(there: Stage, *words: str) -> Told:
    """With the credentials that the helper gives out."""
    where = ("--target", "aws", "--state-dir", str(there.folder / "state"))
    return typed(*where, *words, around=Surroundings(clock=there.clock))


@pytest.mark.parametrize(
    ("before", "command", "call"),
    [
        ((), UP, "ec2:CreateSubnet"),
        (UP, ("enable-proxy",), "rds:CreateDBProxy"),
        (UP, TEARDOWN, "rds:DeleteDBInstance"),
    ],
    ids=["up", "enable-proxy", "teardown"],
)
def test_credentials_that_become_anothers_in_the_middle(
    there: Stage, helper: Changing, before: tuple[str, ...], command: tuple[str, ...], call: str
) -> None:
    there.after(*before)
    helper.give(OURS)
    there.account.once_before(call, "", lambda: helper.give(THEIRS))
    began = there.clock.slept()
    told = run(there, *command)
    assert told.code == 4, told
    assert f"account {THEIRS}" in told.err[told.err.index("Error: ") :]
    assert there.clock.slept() - began < 60
    assert helper.sees_there() == []
    helper.give(OURS)
    run(there, *command).well()
    run(there, *TEARDOWN).well()
    assert json.loads(there.things()) == []
    assert there.remembered() == b""


@pytest.mark.parametrize("times", range(2, 18))
def test_no_call_is_made_in_the_other_account_whenever_the_credentials_become_its(
    there: Stage, helper: Changing, times: int
) -> None:
    there.after()
    helper.become(THEIRS, after=times)
    there.heard.clear()
    assert run(there, *UP).code == 4
    calls = [call.name for call in there.heard if call.access_key != "testing"]
    assert set(calls) == {"sts:GetCallerIdentity"}


def test_credentials_that_are_renewed_for_the_same_account(there: Stage, helper: Changing) -> None:
    there.after(*UP)
    helper.give(OURS)
    there.account.once_before("rds:DeleteDBInstance", "", lambda: helper.give(OURS, AccessKeyId="renewed"))
    there.heard.clear()
    run(there, *TEARDOWN).well()
    assert [call.name for call in there.heard].count("sts:GetCallerIdentity") == 2, "each key once"
