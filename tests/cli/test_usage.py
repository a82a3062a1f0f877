"""A command line, a setting or a variable that cannot work is refused before anything is made: what, why, what next."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.refused import refused
from tests.fresh import Provision

LONG = "a" * 60


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["upp"], ["No such command 'upp'", "`provision --help`"]),
        (["up", "--prox"], ["No such option", "`provision up --help`"]),
        (["plan", "--output", "text"], ["No such option", "before the command: `provision --output VALUE plan`"]),
        (["local", "status", "-q"], ["No such option", "before the command: `provision -q local status`"]),
        (["--output", "yaml", "up"], ["yaml", "json"]),
        (["--target", "moon", "up"], ["moon", "local"]),
        (["up", "--egress", "boat"], ["boat", "endpoint"]),
        (["--quiet"], ["Missing command", "`provision --help`"]),
        (["local"], ["Missing command", "`provision local --help`"]),
        (["local", "logs", "-n", "0"], ["--lines", "1"]),
        (["--name", "Big", "up"], ["--name = 'Big'", "lower-case"]),
        (["--name", LONG, "up"], [f"--name = '{LONG}'", "at most", "characters"]),
        (["--name", "sg", "up"], ["--name = 'sg'", "sg-"]),
        (["--name", "sg-shop", "up"], ["--name = 'sg-shop'", "sg-"]),
        (["--tag", "a=two\nlines", "up"], ["that AWS allows"]),
        ([f"--tag=k{number}=x" for number in range(46)] + ["up"], ["tags = 46", "at most 45"]),
        (["--tag", "nothing", "up"], ["--tag 'nothing'", "key=value"]),
        (["--tag", "aws:x=y", "up"], ["aws:x=y", "aws: or provision:"]),
        (["--tag", "name=x", "up"], ["name=x", "neither Name"]),
        (["--tag", "owner=x", "--tag", "Owner=y", "up"], ["each key once in whatever case"]),
        (["--config", "none.toml", "up"], ["none.toml cannot be read", "--config"]),
        (["invoke", "--payload", "{"], ["--payload is not valid JSON", "Write it like"]),
        (["invoke", "--payload", '{"limit": NaN}'], ["--payload is not valid JSON", "not JSON compliant"]),
        (["invoke", "--payload", "1e999"], ["--payload is not valid JSON", "not JSON compliant"]),
        (["invoke", "--payload", "[" * 100_000], ["--payload is not valid JSON", "recursion"]),
        (["logs", "--since", "9999-12-31T23:00:00-12:00"], ["--since", "not a valid time"]),
        (["policy", "up", "--account", "\u0661" * 12], ["--account", "twelve digits"]),
        (["teardown"], ["without a terminal", "--yes"]),
        (["teardown", "--yes", "--final-snapshot", "x", "--skip-final-snapshot"], ["exclude each other"]),
        (["teardown", "--yes", "--final-snapshot", "-bad-"], ["--final-snapshot '-bad-'", "begin with a letter"]),
        (["teardown", "--yes", "--final-snapshot", f"a{'-a' * 128}"], ["--final-snapshot", "255 characters at most"]),
        (["policy", "timeline"], ["asks nothing of AWS"]),
        (["timeline"], ["no run 1 of lambda-rds", "Run `up` first"]),
    ],
    ids=lambda value: " ".join(value)[:40],
)
def test_a_command_line_that_cannot_work(provision: Provision, words: list[str], said: list[str]) -> None:
    refused(provision(*words), 2, *said)


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("[network]\ncidrr = '10.0.0.0/16'", ["network.cidrr", "The nearest known one is network.cidr."]),
        ("[databse]\nport = 1", ["unknown setting: databse", "The nearest known one is database."]),
        ("instance_class = 'db.t3.small'", ["instance_class", "The nearest known one is database.instance_class."]),
        ("[network\n", ["not valid TOML", "Fix that line"]),
        pytest.param(f"x = {'[' * 100_000}", ["not valid TOML", "Fix that line"], id="too deep"),
        (
            "[network]\ncidr = '10.0.0.0/33'",
            ["network.cidr = '10.0.0.0/33' is not a valid address range", "such as 10.0.0.0/16"],
        ),
        ("[network]\ncidr = '10.0.0.1/16'", ["host bits", "such as 10.0.0.0/16"]),
        ("[network]\ncidr = '10.0.0.0/24'", ["between /16 and /22"]),
        ("[network]\nnat_gateways = 3", ["network.nat_gateways = 3", "1, or 2"]),
        (
            "[database]\nstorage_gib = 100\nmax_storage_gib = 50",
            ["max_storage_gib = 50", "beside database.storage_gib = 100", "at least 10 % over"],
        ),
        ("[database]\nport = '5432'", ["database.port = '5432'", "a whole number"]),
        ("[database]\nusername = 'admin'", ["database.username = 'admin'", "no name that is reserved"]),
        ("[database]\nusername = 'user'", ["database.username = 'user'", "no name that is reserved"]),
        ("[database]\nname = 'template1'", ["database.name = 'template1'", "no word that PostgreSQL reserves"]),
        ("[database]\nname = 'Select'", ["database.name = 'Select'", "no word that PostgreSQL reserves"]),
        ("[function]\nruntime = 'python2.7'", ["function.runtime = 'python2.7'", "python3.13"]),
        ("[database]\nstorage_gib = 300", ["max_storage_gib = 200", "beside database.storage_gib = 300"]),
        ("[function]\ntimeout_seconds = 20", ["borrow_timeout_seconds = 30", "beside function.timeout_seconds = 20"]),
        ("[iam]\npermissions_boundary = 'limit'", ["iam.permissions_boundary = 'limit'", "ARN of a managed policy"]),
        ("[iam]\npermissions_boundary = 'arn:aws:iam::1:role/x'", ["arn:aws:iam::1:role/x", "ARN of a managed policy"]),
        ("network = 1", ["network = 1", "[network]"]),
        ("tags = 'x'", ["tags = 'x'", "[tags]"]),
        ("[tags]\nowner = 1", ["tags.owner = 1", "text in quotes"]),
    ],
    ids=lambda value: value.replace("\n", " ") if isinstance(value, str) else "",
)
def test_a_setting_that_cannot_work(provision: Provision, file: str, said: list[str]) -> None:
    Path("provision.toml").write_text(file, encoding="utf-8")
    refused(provision("up"), 2, *said)


@pytest.mark.parametrize("name", ["PROVISION_DATABASE_PORT", "PROVISION_NETWORK_NAT_GATEWAYS"])
def test_a_variable_that_cannot_work(provision: Provision, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "many")
    refused(provision("up"), 2, f"{name} = 'many'", "a whole number")


def test_a_name_must_fit_the_region_too(provision: Provision) -> None:
    name = "a" * 42
    refused(provision("--target", "aws", "--region", "ap-southeast-1", "--name", name, "plan"), 2, "at most 38")


def test_no_region(provision: Provision) -> None:
    refused(provision("--target", "aws", "up"), 2, "There is no Region", "--region eu-central-1")


@pytest.mark.parametrize(
    ("words", "code", "name", "target"),
    [
        (["up", "--bogus"], "BadUsage", "lambda-rds", "local"),
        (["bogus"], "BadUsage", None, None),
        (["--quiet"], "BadUsage", None, None),
        (["--name", "Big", "up"], "BadSetting", "Big", "local"),
        (["--target", "aws", "up"], "BadSetting", "lambda-rds", "aws"),
        (["teardown"], "BadUsage", "lambda-rds", "local"),
        (["local", "bogus"], "BadUsage", None, None),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
@pytest.mark.parametrize("asked", ["option", "joined", "variable"])
def test_with_json_output_a_refusal_is_a_document_too(
    provision: Provision,
    monkeypatch: pytest.MonkeyPatch,
    asked: str,
    words: list[str],
    code: str,
    name: str | None,
    target: str | None,
) -> None:
    if asked == "variable":
        monkeypatch.setenv("PROVISION_OUTPUT", "json")
    options = {"option": ["--output", "json"], "joined": ["--output=json"], "variable": []}[asked]
    told = provision(*options, *words)
    assert told.code == 2
    about = told.document
    error = about.pop("error")
    assert set(error) == {"code", "what", "why", "hint"}
    assert (error["code"], bool(error["what"])) == (code, True)
    begun: dict[str, object] = {"changed": [], "resources": [], "outputs": {}} if code == "BadSetting" else {}
    assert {key: value for key, value in about.items() if key not in ("name", "target", "account", "region")} == begun
    if name is not None:
        assert (about["name"], about["target"]) == (name, target)
    assert "Error: " in told.err, "people read stderr"


def test_a_python_without_the_packages(tmp_path: Path) -> None:
    """As `python3 -m provision` is outside of the virtual environment."""
    told = subprocess.run(
        [sys.executable, "-S", "-m", "provision", "plan"],
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (told.returncode, told.stdout) == (1, "")
    assert "scripts/provision" in told.stderr
    assert "Traceback" not in told.stderr
