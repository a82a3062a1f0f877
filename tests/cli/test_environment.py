"""What boto3 reads before it can sign: every file, variable and helper program that is wrong is a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.refused import refused
from tests.command import Here
from tests.fresh import Provision

NO_KEYS = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}
ROLE = "role_arn = arn:aws:iam::123456789012:role/deploy"
SSO = "sso_start_url = https://example.org\nsso_region = eu-west-1"
KEYS = "aws_access_key_id = testing\naws_secret_access_key = testing"


@pytest.mark.parametrize(
    ("variables", "code", "said"),
    [
        ({"AWS_REQUEST_CHECKSUM_CALCULATION": "moon"}, 2, ["request_checksum_calculation", "in the variable"]),
        ({"AWS_STS_REGIONAL_ENDPOINTS": "moon"}, 2, ["moon", "in the variable"]),
        ({"AWS_DEFAULTS_MODE": "moon"}, 2, ["moon", "in the variable"]),
        ({"AWS_METADATA_SERVICE_NUM_ATTEMPTS": "many", **NO_KEYS}, 2, ["many", "in the variable"]),
        ({"AWS_REGION": "eu central"}, 2, ["eu central", "--region"]),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1:99999"}, 2, ["Port out of range", "AWS_ENDPOINT_URL"]),
        ({"AWS_ENDPOINT_URL": "http://127.0.0.1: 9"}, 2, ["Port", "AWS_ENDPOINT_URL"]),
        ({"AWS_ENDPOINT_URL": "ftp://127.0.0.1:9"}, 5, ["ftp", "AWS_ENDPOINT_URL"]),
        ({"HTTP_PROXY": "http://[::1"}, 5, ["Invalid IPv6 URL", "HTTPS_PROXY"]),
        ({"AWS_SECRET_ACCESS_KEY": ""}, 3, ["AWS_SECRET_ACCESS_KEY", "both the access key and the secret key"]),
        ({"AWS_SESSION_TOKEN": "hunter2\nhunter2"}, 3, ["line break", "AWS_SESSION_TOKEN"]),
        ({"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.org/x", **NO_KEYS}, 3, ["example.org", "AWS profile"]),
        (
            {"AWS_WEB_IDENTITY_TOKEN_FILE": "none", "AWS_ROLE_ARN": "arn:aws:iam::123456789012:role/x", **NO_KEYS},
            3,
            ["none", "AWS profile"],
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_variable(
    provision: Provision, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], code: int, said: list[str]
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    for name, value in variables.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    told = provision("--target", "aws", "plan")
    refused(told, code, *said)
    assert "hunter2" not in told.err


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ("[profile mine\n", ["config", "AWS configuration file"]),
        ("[profile mine]\ncredential_process = no-such-program", ["no-such-program", "AWS profile"]),
        (f"[profile mine]\ncredential_process = {sys.executable} -c print()", ["cannot be read", "AWS profile"]),
        (f"[profile mine]\ncredential_process = {sys.executable} -c \"raise Warning('moon')\"", ["Warning: moon."]),
        (f"[profile mine]\n{ROLE}", ["source_profile or credential_source"]),
        (f"[profile mine]\n{ROLE}\nsource_profile = other", ["other", "AWS configuration file"]),
        (f"[profile mine]\n{ROLE}\ncredential_source = Moon", ["Moon", "AWS configuration file"]),
        (f"[profile mine]\n{ROLE}\nsource_profile = a\n[profile a]\n{ROLE}\nsource_profile = mine", ["loop"]),
        ("[profile mine]\nsso_session = s\nsso_account_id = 1\nsso_role_name = r", ["sso-session"]),
        (f"[profile mine]\n{SSO}\nsso_account_id = 1\nsso_role_name = r", ["SSO", "aws sso login"]),
    ],
    ids=lambda value: value.partition("\n")[2][:40] if isinstance(value, str) else "",
)
def test_a_profile(
    provision: Provision, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, config: str, said: list[str]
) -> None:
    (tmp_path / "config").write_text(config, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    for name in NO_KEYS:
        monkeypatch.delenv(name)
    told = provision("--target", "aws", "--profile", "mine", "plan")
    refused(told, 3, *said)


def test_a_profile_that_asks_for_a_one_time_code_where_nobody_can_type_one(tmp_path: Path) -> None:
    config = f"[profile mine]\n{ROLE}\nmfa_serial = ann\nsource_profile = a\n[profile a]\n{KEYS}"
    (tmp_path / "config").write_text(config, encoding="utf-8")
    here = Here(tmp_path, {**NO_KEYS, "AWS_CONFIG_FILE": str(tmp_path / "config"), "AWS_REGION": "eu-west-1"})
    refused(here.provision("--target", "aws", "--profile", "mine", "plan"), 3, "one-time code", "in a terminal")
