"""The table of prices: dated and whole; a user's own takes its place as far as it goes, and says what it gets wrong."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from provision.cost.prices import load
from provision.errors import BadSetting

OURS = load(None)


def own(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "prices.toml"
    file.write_text(text)
    return file


def test_the_shipped_table_says_whose_and_when() -> None:
    assert OURS.source
    assert OURS.region == "us-east-1"
    assert re.fullmatch(r"20\d\d-\d\d", OURS.date)


def test_a_table_of_ones_own_takes_the_place_of_what_it_names(tmp_path: Path) -> None:
    theirs = load(
        own(tmp_path, '[list]\nregion = "eu-central-1"\n[hour]\nnat_gateway = 0.052\n[database]\n"db.x2g.large" = 1\n')
    )
    assert theirs.region == "eu-central-1"
    assert theirs.hour["nat_gateway"] == Decimal("0.052")
    assert theirs.hour["proxy_vcpu"] == OURS.hour["proxy_vcpu"]
    assert theirs.database["db.x2g.large"] == 1
    assert theirs.database["db.t3.small"] == OURS.database["db.t3.small"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('[list]\nregion = "x"\n[hour]\nnat_gatway = 1', "hour.nat_gateway"),
        ('[list]\nregion = "x"\n[hours]\nnat_gateway = 1', "hour"),
        ('[list]\nregion = "x"\n[hour]\nnat_gateway = "1"', "US dollars"),
        ('[list]\nregion = "x"\n[hour]\nnat_gateway = -1', "US dollars"),
        ('[list]\nregion = "x"\n[hour]\nnat_gateway = true', "US dollars"),
        ('[list]\nregion = "x"\n[hour]\nnat_gateway = nan', "US dollars"),
        ("[list]\nregion = 1", "text in quotes"),
        ("[hour]\nnat_gateway = 1", "region"),
        ("[hour", "Fix that line"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadSetting) as refused:
        load(own(tmp_path, text))
    assert reason in refused.value.hint


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="cannot be read"):
        load(tmp_path / "nowhere.toml")
