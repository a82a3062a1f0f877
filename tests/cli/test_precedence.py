"""An option wins over a variable, that over the file, that over the default; seen through `plan`."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.refused import refused
from tests.fresh import Provision
from tests.served import Served

NAT, ENDPOINT = "nat.a", "endpoint.secretsmanager"


def way_out(provision: Provision, *words: str) -> str:
    keys = {step["key"] for step in provision("--output", "json", "plan", *words).document["plan"]}
    (found,) = keys & {NAT, ENDPOINT}
    return str(found)


@pytest.mark.usefixtures("cloud")
def test_a_setting(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    assert way_out(provision) == NAT
    Path("provision.toml").write_text("network.egress = 'endpoint'\n", encoding="utf-8")
    assert way_out(provision) == ENDPOINT
    monkeypatch.setenv("PROVISION_NETWORK_EGRESS", "nat")
    assert way_out(provision) == NAT
    assert way_out(provision, "--egress", "endpoint") == ENDPOINT


@pytest.mark.usefixtures("cloud")
def test_which_file(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, egress in (("provision", "endpoint"), ("second", "nat"), ("third", "endpoint")):
        Path(f"{name}.toml").write_text(f"network.egress = '{egress}'\n", encoding="utf-8")
    assert way_out(provision) == ENDPOINT
    monkeypatch.setenv("PROVISION_CONFIG", "second.toml")
    assert way_out(provision) == NAT
    told = provision("--config", "third.toml", "--output", "json", "plan").document
    assert ENDPOINT in {step["key"] for step in told["plan"]}


@pytest.mark.usefixtures("cloud")
def test_what_comes_before_the_command(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PROVISION_NAME", "from-variable")
    monkeypatch.setenv("PROVISION_OUTPUT", "json")
    monkeypatch.setenv("PROVISION_STATE_DIR", "from-variable")
    told = provision("status").document
    assert (told["name"], told["region"]) == ("from-variable", "eu-west-1")
    told = provision("--name", "from-option", "--region", "eu-central-1", "status").document
    assert (told["name"], told["region"]) == ("from-option", "eu-central-1")
    assert provision("--output", "text", "status").out == "Nothing is there yet. `up` makes it.\n"


@pytest.mark.usefixtures("cloud")
@pytest.mark.parametrize("by", ["--region", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_CONFIG_FILE"])
def test_how_long_a_name_may_be_is_the_regions_matter_wherever_that_is_named(
    provision: Provision, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    Path("config").write_text("[default]\nregion = eu-west-1\n", encoding="utf-8")
    monkeypatch.delenv("AWS_REGION")
    words = [by, "eu-west-1"] if by == "--region" else []
    if not words:
        monkeypatch.setenv(by, "config" if by == "AWS_CONFIG_FILE" else "eu-west-1")
    provision(*words, "--name", "a" * 43, "outputs").well()
    refused(provision(*words, "--name", "a" * 44, "outputs"), 2, "at most 43 characters")


def test_a_users_tag_wins_over_the_files(cloud: Served, provision: Provision) -> None:
    Path("provision.toml").write_text("[tags]\nowner = 'file'\nteam = 'file'\n", encoding="utf-8")
    provision("--tag", "owner=option", "--name", "tagged", "up").well()
    (vpc,) = (one for one in cloud.census() if one["kind"] == "vpc")
    assert {"owner": "option", "team": "file"}.items() <= vpc["tags"].items()
