"""The concurrency that a function has reserved is also the most that it gets."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local.conftest import Client
from tests.policies import trust
from tests.waiting import until
from tests.zipped import zipped

MEETING = """
import pathlib, time, uuid

def handler(event, context):
    folder = pathlib.Path(event["in"])
    (folder / uuid.uuid4().hex).touch()
    while len(list(folder.iterdir())) < event["of"]:
        time.sleep(0.05)
"""
"""Ends once so many are in that folder."""
WELL = (200, "")


def test_more_calls_at_once_than_are_reserved_are_turned_away(aws: Client, tmp_path: Path) -> None:
    role = aws("iam").create_role(RoleName="slow", AssumeRolePolicyDocument=json.dumps(trust("lambda")))["Role"]
    once = Config(retries={"total_max_attempts": 1}, region_name="us-east-1")
    url = aws("lambda").meta.endpoint_url
    functions: Any = boto3.client(
        "lambda", endpoint_url=url, config=once, aws_access_key_id="local", aws_secret_access_key="local"
    )
    functions.create_function(
        FunctionName="slow", Runtime="python3.13", Role=role["Arn"], Handler="index.handler", Timeout=60,
        Code={"ZipFile": zipped(MEETING)},
    )  # fmt: skip

    def call(folder: str, *, of: int) -> Any:
        (tmp_path / folder).mkdir(exist_ok=True)
        event = json.dumps({"in": str(tmp_path / folder), "of": of})
        try:
            answer = functions.invoke(FunctionName="slow", Payload=event)
        except ClientError as refused:
            return refused.response["Error"]["Code"], refused.response.get("Reason")
        return answer["StatusCode"], answer.get("FunctionError", "")

    functions.put_function_concurrency(FunctionName="slow", ReservedConcurrentExecutions=2)
    with ThreadPoolExecutor(2) as pool:
        running = [pool.submit(call, "two", of=3) for _ in range(2)]
        until(lambda: len(list(tmp_path.glob("two/*"))) == 2)
        away = ("TooManyRequestsException", "ReservedFunctionConcurrentInvocationLimitExceeded")
        assert call("two", of=3) == away
        (tmp_path / "two" / "third").touch()
        assert [one.result() for one in running] == [WELL] * 2
    assert call("one", of=1) == WELL, "those that ran have ended"
    functions.delete_function_concurrency(FunctionName="slow")
    with ThreadPoolExecutor(3) as pool:
        assert [*pool.map(lambda _: call("three", of=3), range(3))] == [WELL] * 3
