"""What a JSON document is about, where a command ends before AWS was asked anything, and where it asks nothing."""

from __future__ import annotations

from typing import Any

import pytest

from provision.aws import local
from tests.fresh import Provision

KEYS = ("name", "target", "account", "region")
HERE: dict[str, Any] = {"name": "lambda-rds", "target": "local", "account": None, "region": None}


@pytest.mark.parametrize(
    ("words", "variables", "about"),
    [
        (["upp"], {}, {}),
        (["--name", "shop", "--target=aws", "--region", "eu-west-1", "up", "--prox"], {}, {"region": "eu-west-1"}),
        (["upp"], {"PROVISION_NAME": "shop", "PROVISION_TARGET": "aws", "AWS_DEFAULT_REGION": "eu-west-1"}, {}),
        (
            ["--name=his", "--name=shop", "--target", "aws", "upp"],
            {"PROVISION_NAME": "mine", "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "us-east-1"},
            {},
        ),
        (["--target", "moon", "up"], {}, {"target": None}),
        (["--tag", "nothing", "up"], {"PROVISION_OUTPUT": "text"}, {}),
    ],
    ids=["defaults", "options", "variables", "both", "no such target", "in the command"],
)
def test_a_command_line_that_cannot_work(
    provision: Provision,
    monkeypatch: pytest.MonkeyPatch,
    words: list[str],
    variables: dict[str, str],
    about: dict[str, Any],
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    if "shop" in str([words, variables]):
        about = {"name": "shop", "target": "aws", "region": "eu-west-1", **about}
    told = provision("--output", "json", *words)
    assert told.code == 2
    assert {key: told.document[key] for key in KEYS} == {**HERE, **about}


def test_the_last_word_of_a_command_line_counts(provision: Provision) -> None:
    assert provision("--output=json").document["error"]["code"] == "BadUsage"


@pytest.mark.parametrize("words", [["logs", "--since"], ["bench", "--svg"], ["local", "logs", "-n"]], ids=" ".join)
@pytest.mark.parametrize("before", [[], ["--name", "shop"]], ids=["alone", "after an option"])
def test_an_option_without_its_value_names_its_own_help(
    provision: Provision, before: list[str], words: list[str]
) -> None:
    assert f"`provision {words[0]} --help`" in provision(*before, *words).err


@pytest.mark.parametrize("command", ["status", "stop", "logs"])
def test_the_local_aws_has_one_account(provision: Provision, monkeypatch: pytest.MonkeyPatch, command: str) -> None:
    monkeypatch.setenv("PROVISION_TARGET", "aws")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    document = provision("--output", "json", "local", command).well().document
    about = {"target": "local", "account": local.ACCOUNT, "region": "eu-west-1"}
    assert {key: document[key] for key in KEYS} == {**HERE, **about}
