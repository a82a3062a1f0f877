"""What cannot work is said before anything is made: what, why, what next, and the exit code of the README's table."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provision.aws.local.wire import Answer, Call
from tests.fresh import Provision
from tests.served import Served

LONG = "a" * 60
WHOLE = json.dumps(
    {
        "version": 1,
        "stack": "lambda-rds",
        "target": "aws",
        "account": "999999999999",
        "region": "eu-west-1",
        "features": {},
        "resources": {},
    }
)
"""A state file of another account's."""


def refused(told: Any, code: int, *said: str) -> None:
    assert told.code == code, told
    assert told.out == ""
    assert "Traceback" not in told.err
    assert told.err.count("Error: ") == 1
    assert [words for words in said if words not in told.err] == [], told.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["upp"], ["No such command 'upp'", "`provision --help`"]),
        (["up", "--prox"], ["No such option", "`provision up --help`"]),
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
        (["teardown"], ["without a terminal", "--yes"]),
        (["teardown", "--yes", "--final-snapshot", "x", "--skip-final-snapshot"], ["exclude each other"]),
        (["teardown", "--yes", "--final-snapshot", "-bad-"], ["--final-snapshot '-bad-'", "begin with a letter"]),
        (["policy", "timeline"], ["asks nothing of AWS"]),
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
        (
            "[network]\ncidr = '10.0.0.0/33'",
            ["network.cidr = '10.0.0.0/33' is not a valid address range", "like 10.0.0.0/16"],
        ),
        ("[network]\ncidr = '10.0.0.1/16'", ["host bits", "like 10.0.0.0/16"]),
        ("[network]\ncidr = '10.0.0.0/24'", ["between /16 and /22"]),
        ("[network]\nnat_gateways = 3", ["network.nat_gateways = 3", "1, or 2"]),
        ("[database]\nstorage_gib = 100\nmax_storage_gib = 50", ["max_storage_gib = 50", "at least 10 % over"]),
        ("[database]\nport = '5432'", ["database.port = '5432'", "a whole number"]),
        ("[database]\nusername = 'admin'", ["database.username = 'admin'", "no name that is reserved"]),
        ("[database]\nusername = 'user'", ["database.username = 'user'", "no name that is reserved"]),
        ("[database]\nname = 'template1'", ["database.name = 'template1'", "no word that PostgreSQL reserves"]),
        ("[database]\nname = 'Select'", ["database.name = 'Select'", "no word that PostgreSQL reserves"]),
        ("[function]\nruntime = 'python2.7'", ["function.runtime = 'python2.7'", "python3.13"]),
        ("[function]\ntimeout_seconds = 20", ["borrow_timeout_seconds = 30", "shorter than function.timeout_seconds"]),
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


def test_no_credentials(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    refused(provision("--target", "aws", "--region", "eu-west-1", "up"), 3, "credentials", "--target local")


def test_no_such_profile(provision: Provision) -> None:
    refused(provision("--target", "aws", "--region", "eu-west-1", "--profile", "nobody", "up"), 3, "nobody")


def test_an_endpoint_that_does_not_answer(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as nobody:  # bound and not listening: connecting is refused
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        refused(provision("--target", "aws", "--region", "eu-west-1", "up"), 5, "127.0.0.1", "AWS_ENDPOINT_URL")


def test_a_log_in_page_is_no_answer_of_aws(cloud: Served, provision: Provision) -> None:
    """Such as a hotel's network gives to whatever is asked through it."""

    def page(call: Call, following: Callable[[Call], Answer]) -> Answer:
        text = b"<html><body>Please log in</body></html>"
        return Answer(200, [("Content-Type", "text/html")], text) if call.service == "sts" else following(call)

    cloud.aws.around.append(page)
    refused(provision("status"), 5, "does not speak like AWS", "log-in page")
    cloud.aws.around.remove(page)


@pytest.mark.parametrize("action", ["GetResourcePolicy", "DescribeSecret", "GetFunction", "DescribeLogGroups"])
@pytest.mark.parametrize("told", [True, False], ids=["as long as it should be", "as long as it is"])
def test_an_answer_that_was_cut_off_is_asked_for_again(
    cloud: Served,
    provision: Provision,
    action: str,
    told: bool,  # noqa: FBT001 - a case
) -> None:
    """botocore reads half a JSON document as an empty one, by which the secret would lose its readers."""
    provision("up").well()
    cut: list[Call] = []

    def half(call: Call, following: Callable[[Call], Answer]) -> Answer:
        answer = following(call)
        if call.action != action or cut:
            return answer
        cut.append(call)
        length = [("Content-Length", str(len(answer.body)))] if told else []
        return Answer(200, [("Content-Type", "application/json"), *length], answer.body[: len(answer.body) // 2])

    cloud.aws.around.append(half)
    again = provision("up").well()
    cloud.aws.around.remove(half)
    assert cut
    assert again.out.startswith("Nothing changed.")


def test_an_address_that_is_none(provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "nonsense")
    refused(provision("--target", "aws", "--region", "eu-west-1", "up"), 2, "nonsense", "AWS_ENDPOINT_URL")


@pytest.mark.parametrize("region", ["il-central-1", "cn-north-1"])
def test_a_region_whose_certificates_the_function_cannot_verify(
    cloud: Served, provision: Provision, region: str
) -> None:
    """Told before anything is made: all of it would come up, and then not be reached."""
    refused(provision("--region", region, "up"), 2, region, "root certificates")
    assert cloud.census() == []


@pytest.mark.filterwarnings("ignore:Exception.Refusal.")  # moto, of a code that is in no service's model
def test_an_expired_token(cloud: Served, provision: Provision) -> None:
    cloud.manners.set({"expired_from": 1})
    refused(provision("up"), 3, "expired", "aws sso login")
    cloud.manners.set({"expired_from": None})
    assert cloud.census() == []


@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_state_folder_that_cannot_be_written(cloud: Served, provision: Provision, place: str) -> None:
    Path("file").touch()
    refused(provision("--state-dir", place, "up"), 6, place)
    assert cloud.census() == [], "nothing is made that could not be remembered"


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        ("", 6, ["damaged", "found again by their tags"]),
        (WHOLE[: len(WHOLE) // 2], 6, ["damaged", "found again by their tags"]),
        ('{"version": 99}', 6, ["99", "a later provision"]),
        (WHOLE, 4, ["999999999999", "123456789012"]),
    ],
    ids=["emptied", "truncated", "too new", "foreign"],
)
@pytest.mark.parametrize("command", [["up"], ["plan"], ["status"], ["teardown", "--yes"]], ids=lambda words: words[0])
def test_a_state_file_that_cannot_be_used_stays_as_it_is(
    cloud: Served, provision: Provision, command: list[str], content: str, code: int, said: list[str]
) -> None:
    file = Path("state/aws/lambda-rds.json")
    file.parent.mkdir(parents=True)
    file.write_text(content, encoding="utf-8")
    refused(provision(*command), code, *said)
    assert file.read_text(encoding="utf-8") == content
    assert cloud.census() == []


def test_a_folder_where_the_state_file_should_be(cloud: Served, provision: Provision) -> None:
    Path("state/aws/lambda-rds.json/mine").mkdir(parents=True)
    refused(provision("up"), 6, "lambda-rds.json")
    assert cloud.census() == []


def test_a_pipe_where_the_state_file_should_be(cloud: Served, provision: Provision) -> None:
    Path("state/aws").mkdir(parents=True)
    os.mkfifo("state/aws/lambda-rds.json")
    refused(provision("up"), 6, "lambda-rds.json", "not a file")
    assert cloud.census() == []


@pytest.mark.parametrize(
    "make", [Path.mkdir, lambda path: path.symlink_to("gone.toml")], ids=["a folder", "a dead link"]
)
def test_settings_that_are_there_and_cannot_be_read_are_not_taken_for_none(
    cloud: Served, provision: Provision, make: Callable[[Path], None]
) -> None:
    make(Path("provision.toml"))
    refused(provision("up"), 2, "provision.toml", "cannot be read")
    assert cloud.census() == []


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
    assert set(about) == {"name", "target", "account", "region"}
    if name is not None:
        assert (about["name"], about["target"]) == (name, target)
    assert "Error: " in told.err, "people read stderr"


def test_a_stdout_that_takes_no_more(cloud: Served, tmp_path: Path) -> None:  # noqa: ARG001 - the account asked about
    """Not a defect of ours, and nothing that a trace would explain."""
    for words in (["plan"], ["--output", "json", "status"], ["--help"]):
        with Path("/dev/full").open("w") as full:
            told = subprocess.run(
                [sys.executable, "-m", "provision", *words],
                check=False,
                cwd=tmp_path,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                timeout=60,
            )
        assert told.returncode == 1, told
        assert "could not be written to stdout" in told.stderr
        assert "No space left on device" in told.stderr
        assert "Traceback" not in told.stderr
        assert "Exception ignored" not in told.stderr


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


def test_storage_that_does_not_fit(cloud: Served, provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS: 100,000 GiB of all DB instances of a Region."""
    cloud.aws.account.backend("rds", "eu-west-1").create_db_instance(
        {
            "db_instance_identifier": "another",
            "db_instance_class": "db.m5.large",
            "engine": "postgres",
            "allocated_storage": 60_000,
        }
    )
    monkeypatch.setenv("PROVISION_DATABASE_STORAGE_GIB", "60000")
    monkeypatch.setenv("PROVISION_DATABASE_MAX_STORAGE_GIB", "60000")
    refused(provision("up"), 3, "no room for 60000 more: GiB of RDS storage", "60000 of 100000 are used")
    assert [one for one in cloud.census() if one["kind"] != "database"] == []


def test_a_stopped_database_gets_no_proxy(cloud: Served, provision: Provision) -> None:
    """RDS would not take it as a target, and the proxy would be billed while that is waited for."""
    provision("up").well()
    (database,) = cloud.aws.account.backend("rds", "eu-west-1").databases.values()
    database.status = "stopped"
    before = cloud.census()
    refused(provision("enable-proxy"), 2, "The database is stopped.", "Run `up` first")
    assert cloud.census() == before
    provision("up", "--proxy").well()
    (database,) = cloud.aws.account.backend("rds", "eu-west-1").databases.values()
    database.status = "stopped"
    refused(provision("disable-proxy"), 2, "The database is stopped.")
