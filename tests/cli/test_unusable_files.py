"""A state file, a state folder or a settings file that cannot be used: told first, and left as it is."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from provision.cli.globals import Surroundings
from provision.engine.clock import RealClock
from tests.cli.refused import refused
from tests.fresh import Provision
from tests.served import Served

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
    told = provision(*command)
    refused(told, code, *said)
    assert told.err.startswith(f"{command[0]} lambda-rds on aws (account 123456789012, Region ")
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


LONG = "x" * 300
"""No file can have this name."""


@pytest.mark.skipif(sys.version_info >= (3, 14), reason="Python takes for absent what cannot be looked at")
@pytest.mark.parametrize("command", ["status", "stop", "logs"])
def test_a_folder_of_the_local_aws_that_cannot_be_looked_at(provision: Provision, command: str) -> None:
    refused(provision("--state-dir", LONG, "local", command), 6, LONG, "File name too long")


def test_a_log_of_the_local_aws_cannot_move_the_cursor(provision: Provision) -> None:
    Path("state/local/aws").mkdir(parents=True)
    Path("state/local/aws/log").write_text("  no user \x1b[31mred\x1b[2J\r\n", encoding="utf-8")
    assert provision("local", "logs").well().out == "  no user red\n"


def test_a_folder_of_the_local_aws_that_cannot_be_locked(provision: Provision) -> None:
    Path("state/local/aws/lock").mkdir(parents=True)
    refused(provision("local", "stop"), 6, "state/local/aws", "Is a directory")


def test_a_picture_by_a_link_that_leads_nowhere_yet(cloud: Served, provision: Provision) -> None:
    Path("latest.svg").symlink_to("today.svg")
    refused(provision("bench", "--svg", "latest.svg"), 2, "Run `up` first")
    assert cloud.census() == []
    assert [file.name for file in Path().glob("*.svg")] == ["latest.svg"]


def test_a_picture_that_cannot_be_looked_for(cloud: Served, provision: Provision) -> None:
    """Before anything is measured."""
    refused(provision("bench", "--svg", LONG), 2, LONG, "cannot be written", "File name too long")
    assert cloud.manners.calls() == []


class Broken(RealClock):
    """A defect whose words no encoding has: names of files may be such."""

    def stamp(self) -> float:
        raise RuntimeError("caf\udce9")


def test_a_trace_that_cannot_be_written_as_it_is_is_written_all_the_same(provision: Provision) -> None:
    told = provision("up", around=Surroundings(clock=Broken()))
    refused(told, 1, "unforeseen", "RuntimeError")
    log = re.search(r"The trace is in (\S+);", told.err)
    assert log is not None
    trace = Path(log[1])
    assert r"caf\udce9" in trace.read_text(encoding="utf-8")
    trace.unlink()
