"""What the function asks of psycopg2 and boto3, and what it does when they refuse: each is played by a module of the
same name, which does as it is told and writes down what it was asked."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HANDLER = Path(__file__).parents[2] / "handler"
PSYCOPG2 = """
import json, os
TOLD = json.loads(os.environ["TOLD"])
CONNECTS, LINKS = [], []
class Error(Exception):
    pgcode = None
class OperationalError(Error): ...
class InterfaceError(Error): ...
class ProgrammingError(Error): ...
def refuse(text, code=None):
    name, _, words = text.partition(": ")
    error = globals()[name](words)
    error.pgcode = code
    raise error
class Link:
    server_version, autocommit, closed = 170010, False, False
    def cursor(self): return self
    def __enter__(self): return self
    def __exit__(self, *_): return False
    def execute(self, *_):
        said = TOLD["query"].pop(0) if TOLD["query"] else ""
        if said: refuse(said)
    def fetchone(self): return "Hello world!", len(LINKS)
    def close(self): self.closed = True
def connect(**asked):
    CONNECTS.append(asked)
    said = TOLD["connect"].pop(0) if TOLD["connect"] else ""
    if said: refuse(said, TOLD.get("code"))
    LINKS.append(Link())
    return LINKS[-1]
"""
BOTO3 = """
import json
ASKED = []
class Client:
    def get_secret_value(self, SecretId):
        ASKED.append(SecretId)
        return {"SecretString": json.dumps({"username": "postgres", "password": f"secret-{len(ASKED)}"})}
CONFIGS = []
def client(name, config=None):
    CONFIGS.append(config.given)
    return Client()
"""
CONFIG = """
class Config:
    def __init__(self, **given): self.given = given
"""
CALLS = """
import json, os, sys
import boto3, index, psycopg2
answers = []
for _ in range(psycopg2.TOLD["calls"]):
    try:
        answers.append(index.handler({}, None))
    except Exception as error:
        answers.append({"error": f"{type(error).__name__}: {error}"})
links = [{"autocommit": link.autocommit, "closed": link.closed} for link in psycopg2.LINKS]
print(json.dumps({"answers": answers, "connects": psycopg2.CONNECTS, "links": links,
                  "secrets": len(boto3.ASKED), "configs": boto3.CONFIGS, "repr": repr(index.KEPT)}))
"""


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("modules")
    (folder / "botocore").mkdir()
    written = {"psycopg2.py": PSYCOPG2, "boto3.py": BOTO3, "botocore/__init__.py": "", "botocore/config.py": CONFIG}
    for name, text in written.items():
        (folder / name).write_text(text)
    return folder


def called(modules: Path, port: str = "5432", **told: Any) -> dict[str, Any]:
    """`calls` in one process. `connect` and `query` are what each of these raises in turn, "" for nothing."""
    given = {"calls": 1, "connect": [], "query": [], **told}
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(modules),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TOLD": json.dumps(given),
        "DB_ENDPOINT_ADDRESS": "db.example",
        "DB_PORT": port,
        "DB_NAME": "shop",
        "DB_SECRET_ARN": "arn",
    }
    done = subprocess.run([sys.executable, "-c", CALLS], cwd=HANDLER, env=environment, capture_output=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def test_it_insists_on_the_right_server_and_gives_up_in_time(modules: Path) -> None:
    said = called(modules)
    assert said["connects"] == [
        {
            "host": "db.example",
            "port": 5432,
            "dbname": "shop",
            "user": "postgres",
            "password": "secret-1",
            "sslmode": "verify-full",
            "sslrootcert": str(HANDLER / "rds-trust-bundle.pem"),
            "connect_timeout": 5,
            "keepalives_idle": 30,
            "keepalives_interval": 5,
            "keepalives_count": 3,
            "tcp_user_timeout": 10000,
        }
    ], "and nothing that would pin a session of RDS Proxy, such as options"
    assert said["links"] == [{"autocommit": True, "closed": False}]
    retries = {"total_max_attempts": 2, "mode": "standard"}
    assert said["configs"] == [{"connect_timeout": 3, "read_timeout": 5, "retries": retries}]
    assert "secret-1" not in said["repr"]


DEAD = "OperationalError: server closed the connection unexpectedly"


@pytest.mark.parametrize(
    ("refusal", "code"),
    [
        ('FATAL:  password authentication failed for user "postgres"', None),
        ("FATAL:  SASL authentication failed", None),
        ("FATAL:  The password that was provided for the role postgres is wrong.", None),
        ("FATAL:  This RDS proxy has no credentials for the role postgres. Check the credentials.", None),
        ("anything", "28P01"),
        ("anything", "28000"),
    ],
)
def test_a_refused_password_that_was_kept_is_read_again_once(modules: Path, refusal: str, code: str | None) -> None:
    """PostgreSQL, a pooler and RDS Proxy each say it in their own words."""
    refused = f"OperationalError: {refusal}"
    said = called(modules, calls=2, query=["", DEAD], connect=["", refused], code=code)
    assert [answer["connection"] for answer in said["answers"]] == ["new", "new"]
    assert [asked["password"] for asked in said["connects"]] == ["secret-1", "secret-1", "secret-2"]
    again = called(modules, calls=2, query=["", DEAD], connect=["", refused, refused], code=code)
    assert again["answers"][1]["error"] == refused
    assert again["secrets"] == 2, "and not a third time"


def test_a_refused_password_that_was_read_just_now_is_not_read_again(modules: Path) -> None:
    said = called(modules, connect=["OperationalError: password authentication failed"])
    assert "password authentication failed" in said["answers"][0]["error"]
    assert (said["secrets"], len(said["connects"])) == (1, 1)


def test_whatever_else_is_refused_is_no_matter_of_the_password(modules: Path) -> None:
    said = called(modules, calls=2, query=["", DEAD], connect=["", "OperationalError: timeout expired"])
    assert said["answers"][1]["error"] == "OperationalError: timeout expired"
    assert (said["secrets"], len(said["connects"])) == (1, 2)


@pytest.mark.parametrize("dead", [DEAD, "InterfaceError: connection already closed"])
def test_a_dead_connection_is_closed_and_replaced_by_one(modules: Path, dead: str) -> None:
    said = called(modules, calls=3, query=["", dead])
    assert [answer["connection"] for answer in said["answers"]] == ["new", "new", "reused"]
    assert [link["closed"] for link in said["links"]] == [True, False]


@pytest.mark.parametrize(
    "waited", ["FATAL:  query_wait_timeout", "FATAL:  Timed-out waiting to acquire database connection"]
)
def test_a_wait_for_a_backend_that_was_in_vain_is_not_begun_anew(modules: Path, waited: str) -> None:
    """Twice the proxy's patience may be more than the function's time, and the reason would be lost."""
    said = called(modules, calls=3, query=["", f"OperationalError: {waited}"])
    assert [answer.get("error") for answer in said["answers"]] == [None, f"OperationalError: {waited}", None]
    assert said["answers"][2]["connection"] == "new", "the proxy has closed the one that waited"
    assert [link["closed"] for link in said["links"]] == [True, False]


def test_a_port_that_is_none_is_named(modules: Path) -> None:
    """`doctor` knows these words."""
    said = called(modules, port="54E2")
    assert said["answers"][0]["error"] == "BadConfiguration: the environment variable DB_PORT is not a number"


def test_an_error_that_is_no_dead_connection_is_raised_and_not_hidden(modules: Path) -> None:
    said = called(modules, calls=2, query=["", "ProgrammingError: no such function"])
    assert said["answers"][1]["error"] == "ProgrammingError: no such function"
    assert len(said["connects"]) == 1


def test_a_connection_whose_first_question_fails_is_not_left_open(modules: Path) -> None:
    """A pooler would keep its backend for it."""
    said = called(modules, calls=2, query=["OperationalError: out of memory"])
    assert said["answers"][0]["error"] == "OperationalError: out of memory"
    assert [link["closed"] for link in said["links"]] == [True, False]
