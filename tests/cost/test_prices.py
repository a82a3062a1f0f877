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
        ('[list]\nregion = "x"\n[hour]\nnat_gateway = 1e99999', "US dollars"),
        ('[list]\nregion = "x"\n[hour]\nnat_gateway = 1e9999999999999999999', "US dollars"),
        (f'[list]\nregion = "x"\n[hour]\nnat_gateway = {10**30}', "US dollars"),
        (f"[list]\nregion = {'[' * 5000}{']' * 5000}", "Fix that line"),
        ("[list]\nregion = 1", "text in quotes"),
        ("[hour]\nnat_gateway = 1", "region"),
        ("[hour", "Fix that line"),
    ],
)
def test_a_mistake_is_told(tmp_path: Path, text: str, reason: str) -> None:
    with pytest.raises(BadSetting) as refused:
        load(own(tmp_path, text))
    assert reason in refused.value.hint


@pytest.mark.parametrize("text", ["hour = 3", "[[hour]]\nnat_gateway = 0.05"])
def test_a_section_that_is_no_table_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSetting, match="hour is not a table") as refused:
        load(own(tmp_path, text))
    assert "[hour]" in refused.value.hint


@pytest.mark.parametrize(
    ("line", "shown"), [("nat_gateway = -0.5", "-0.5"), ("nat_gateway = nan", "nan"), ('nat_gateway = "1"', "'1'")]
)
def test_a_wrong_price_is_shown_as_it_was_written(tmp_path: Path, line: str, shown: str) -> None:
    with pytest.raises(BadSetting, match=f"hour.nat_gateway = {shown} is not"):
        load(own(tmp_path, f'[list]\nregion = "x"\n[hour]\n{line}\n'))


def test_a_class_without_quotes_is_told(tmp_path: Path) -> None:
    """TOML reads its dots as tables within tables."""
    with pytest.raises(BadSetting) as refused:
        load(own(tmp_path, '[list]\nregion = "x"\n[database]\ndb.t3.small = 0.04\n'))
    assert "Decimal" not in refused.value.what
    assert '"db.t3.small" = 0.04' in refused.value.hint


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="cannot be read"):
        load(tmp_path / "nowhere.toml")
