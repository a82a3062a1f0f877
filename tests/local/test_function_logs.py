"""A function's log in the account: what is kept of it, and for how long."""

from __future__ import annotations

import json
import os
import signal
from pathlib import Path
from typing import Any

from provision.aws import local
from provision.aws.local.invoking import BYTES_KEPT, LINES_KEPT
from tests.local.conftest import Client, clients
from tests.policies import trust
from tests.waiting import until
from tests.zipped import zipped


def talkative(client: Client, name: str = "talkative") -> None:
    """A function that prints as many numbers as the event says, each as wide as it says."""
    role = client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust("lambda")))
    code = zipped(
        "def handler(event, context):\n    for n in range(event[0]):\n        print(str(n).zfill(event[1]))\n"
    )
    client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=role["Role"]["Arn"],
        Handler="index.handler",
        Timeout=60,
        Code={"ZipFile": code},
    )


def call(client: Client, lines: int, *, width: int = 1, name: str = "talkative") -> None:
    response = client("lambda").invoke(FunctionName=name, Payload=json.dumps([lines, width]))
    assert "FunctionError" not in response


def logged(client: Client, name: str = "talkative") -> list[dict[str, Any]]:
    pages = client("logs").get_paginator("filter_log_events").paginate(logGroupName=f"/aws/lambda/{name}")
    return [event for page in pages for event in page["events"]]


def test_the_oldest_lines_go_when_there_are_many(aws: Client) -> None:
    talkative(aws)
    call(aws, LINES_KEPT)
    aws("lambda").update_function_configuration(FunctionName="talkative", Timeout=61)  # so that another one serves
    call(aws, 10)
    kept = logged(aws)
    assert len(kept) == LINES_KEPT
    assert kept[-1]["message"].startswith("REPORT")
    assert len({event["logStreamName"] for event in kept}) == 2
    call(aws, LINES_KEPT)
    assert len(aws("logs").describe_log_streams(logGroupName="/aws/lambda/talkative")["logStreams"]) == 1


def test_the_oldest_lines_go_when_they_are_long(aws: Client) -> None:
    talkative(aws, "verbose")
    call(aws, 100, width=100_000, name="verbose")
    kept = logged(aws, "verbose")
    assert BYTES_KEPT / 2 < sum(len(event["message"]) for event in kept) <= BYTES_KEPT
    assert kept[-1]["message"].startswith("REPORT")


def test_they_outlive_a_crash_a_moment_later(folder: Path) -> None:
    endpoint = local.ensure(folder)
    talkative(clients(endpoint.url))
    before = (folder / "account").stat().st_mtime_ns
    call(clients(endpoint.url), 1)
    until(lambda: (folder / "account").stat().st_mtime_ns != before)
    os.kill(endpoint.pid, signal.SIGKILL)
    assert [event["message"] for event in logged(clients(local.ensure(folder).url))][1] == "0"
