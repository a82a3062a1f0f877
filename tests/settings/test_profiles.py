"""A named set of settings, and what wins over it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provision import configuration
from provision.errors import BadSetting
from provision.profiles import PRODUCTION
from provision.settings import SECTIONS, Settings


def load(folder: Path, text: str = "", *, environment: dict[str, str] | None = None, **options: Any) -> Settings:
    file = folder / "provision.toml"
    file.write_text(text)
    return configuration.load(file=file, environment=environment or {}, options=options, tags={})


def told(settings: Settings) -> dict[str, dict[str, Any]]:
    return {name: vars(getattr(settings, name)) for name in SECTIONS}


def test_without_a_profile_everything_is_as_the_defaults_are(tmp_path: Path) -> None:
    assert load(tmp_path) == load(tmp_path, 'profile = "development"') == Settings()


def test_production_sets_what_it_names_and_nothing_else(tmp_path: Path) -> None:
    made, plain = told(load(tmp_path, 'profile = "production"')), told(Settings())
    differing = {
        section: {key: value for key, value in body.items() if value != plain[section][key]}
        for section, body in made.items()
    }
    assert {section: body for section, body in differing.items() if body} == PRODUCTION


def test_file_environment_and_option_win_over_the_profile(tmp_path: Path) -> None:
    text = 'profile = "production"\n[database]\nmulti_az = false\nbackup_days = 9\n'
    made = load(
        tmp_path,
        text,
        environment={"PROVISION_NETWORK_NAT_GATEWAYS": "1", "PROVISION_DATABASE_BACKUP_DAYS": "8"},
        function={"tracing": False},
    )
    assert (made.database.multi_az, made.database.backup_days, made.database.deletion_protection) == (False, 8, True)
    assert (made.network.nat_gateways, made.function.tracing, made.network.flow_logs) == (1, False, True)


def test_the_environment_names_a_profile_too_and_an_aws_profile_is_none(tmp_path: Path) -> None:
    assert load(tmp_path, environment={"PROVISION_SETTINGS_PROFILE": "production"}).database.multi_az
    assert not load(tmp_path, environment={"AWS_PROFILE": "production", "PROVISION_PROFILE": "x"}).database.multi_az
    chosen = load(tmp_path, 'profile = "production"', environment={"PROVISION_SETTINGS_PROFILE": "development"})
    assert chosen == Settings()


@pytest.mark.parametrize("text", ['profile = "prod"', "profile = 1", "[profile]\nname = 'production'"])
def test_an_unknown_profile_is_refused_with_the_known_ones(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadSetting) as refusal:
        load(tmp_path, text)
    assert "development or production" in refusal.value.hint
