"""`cost` on the command line: without an account, a network or a local AWS."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from provision.cost.bill import bill, by_use
from provision.cost.prices import load
from provision.settings import Settings
from provision.ui.costs import Costs, whole
from tests.fresh import Provision


def test_it_asks_nobody_and_leaves_nothing(tmp_path: Path, provision: Provision) -> None:
    document = provision("--output", "json", "cost").document
    assert document["monthly_usd"] == pytest.approx(sum(item["monthly_usd"] for item in document["items"]))
    assert (document["name"], document["target"], document["account"], document["region"]) == (
        "lambda-rds",
        "local",
        None,
        "us-east-1",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("gib", [23, 29, 33, 37])
def test_json_and_text_agree_on_half_a_cent(tmp_path: Path, provision: Provision, gib: int) -> None:
    """0.115 a GiB: an odd number of them ends in half a cent."""
    (tmp_path / "provision.toml").write_text(f"[database]\nstorage_gib = {gib}\n")
    line = next(one for one in provision("cost").out.splitlines() if one.startswith("storage"))
    items = provision("--output", "json", "cost").document["items"]
    storage = next(item for item in items if item["label"] == "storage")
    assert line.split()[1:3] == [f"{storage['hourly_usd']:.4f}", f"{storage['monthly_usd']:.2f}"]


def test_settings_from_a_pipe_are_read_once(tmp_path: Path, provision: Provision) -> None:
    """As in `--config <(...)`; a second look finds it empty, and the production profile without what is set in it."""
    text = b'[database]\ninstance_class = "db.m5.large"\n'
    file, pipe = tmp_path / "provision.toml", os.pipe()
    file.write_bytes(text)
    os.write(pipe[1], text)
    os.close(pipe[1])
    piped = provision("--output", "json", "--config", f"/dev/fd/{pipe[0]}", "cost").document
    os.close(pipe[0])
    assert piped == provision("--output", "json", "--config", str(file), "cost").document


def test_the_settings_decide(tmp_path: Path, provision: Provision) -> None:
    (tmp_path / "provision.toml").write_text("[database]\nmulti_az = true\n")
    document = provision("--output", "json", "cost", "--proxy", "--egress", "endpoint").document
    assert {item["key"] for item in document["items"]} == {"endpoint.secretsmanager", "database", "proxy", "secret"}
    assert "Multi-AZ" in next(item["detail"] for item in document["items"] if item["label"] == "database")


def test_the_production_profile_costs_what_is_not_set_otherwise(tmp_path: Path, provision: Provision) -> None:
    """What is set by itself wins over the profile, so it is no part of the price; who has it is offered none."""
    (tmp_path / "provision.toml").write_text("[database]\nmulti_az = false\n")
    months = {one["label"]: one["monthly_usd"] for one in provision("--output", "json", "cost").document["variants"]}
    assert months["the production profile"] == months["a second NAT gateway"]
    (tmp_path / "provision.toml").write_text('profile = "production"\n[database]\nmulti_az = false\n')
    offered = {one["label"] for one in provision("--output", "json", "cost").document["variants"]}
    assert "Multi-AZ" in offered
    assert "the production profile" not in offered


def test_a_proxy_that_was_switched_on_counts(tmp_path: Path, provision: Provision) -> None:
    state = {"version": 1, "stack": "mine", "target": "aws", "account": "1", "region": "eu-west-1", "resources": {}}
    (tmp_path / "state" / "aws").mkdir(parents=True)
    (tmp_path / "state" / "aws" / "mine.json").write_text(json.dumps({**state, "features": {"proxy": True}}))
    assert provision("--output", "json", "--name", "mine", "--target", "aws", "cost").document["proxy"] is True
    assert provision("--output", "json", "--name", "other", "--target", "aws", "cost").document["proxy"] is False


def test_another_region_is_told_whose_prices_these_are(tmp_path: Path, provision: Provision) -> None:
    said = provision("--target", "aws", "--region", "eu-west-1", "cost").out
    assert "This stack's Region is eu-west-1: the figures are those of us-east-1." in said
    (tmp_path / "eu.toml").write_text('[list]\nregion = "eu-west-1"\ndate = "2026-10"\n[hour]\nnat_gateway = 0.048\n')
    said = provision("--target", "aws", "--region", "eu-west-1", "cost", "--prices", "eu.toml").out
    assert "Prices: eu.toml, eu-west-1, 2026-10;" in said
    assert "35.04" in said
    assert "figures are those of" not in said


def test_what_has_no_price_is_said(tmp_path: Path, provision: Provision) -> None:
    (tmp_path / "provision.toml").write_text('[database]\ninstance_class = "db.x2g.large"\n')
    said = provision("cost").out
    assert "total of the known" in said
    assert "The table has no price for db.x2g.large; --prices can name it." in said


def test_a_mistake_is_a_usage_error(provision: Provision) -> None:
    refused = provision("cost", "--prices", "nowhere.toml")
    assert refused.code == 2
    assert refused.out == ""


def test_what_use_adds_fits_a_narrow_terminal() -> None:
    settings, listed = Settings(), load(None)
    priced = Costs(
        bill=bill(settings, listed, proxy=False),
        variants=[],
        uses=by_use(settings, listed),
        prices=listed,
        region=listed.region,
    )
    use = whole(priced, width=40).partition("Use adds, USD each:\n")[2].partition("\n\n")[0].splitlines()
    assert max(map(len, use)) <= 40
    assert all(line.startswith(" " * 11) or line.lstrip()[0].isdigit() for line in use)
