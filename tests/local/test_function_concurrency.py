"""The concurrency that a function has reserved is also the most that it gets."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.local.conftest import Client
from tests.policies import trust
from tests.zipped import zipped

SLOW = "import time\ndef handler(event, context): time.sleep(event)"


def test_more_calls_at_once_than_are_reserved_are_turned_away(aws: Client) -> None:
    role = aws("iam").create_role(RoleName="slow", AssumeRolePolicyDocument=json.dumps(trust("lambda")))["Role"]
    once = Config(retries={"total_max_attempts": 1}, region_name="us-east-1")
    url = aws("lambda").meta.endpoint_url
    functions: Any = boto3.client(
        "lambda", endpoint_url=url, config=once, aws_access_key_id="local", aws_secret_access_key="local"
    )
    functions.create_function(
        FunctionName="slow", Runtime="python3.13", Role=role["Arn"], Handler="index.handler", Timeout=20,
        Code={"ZipFile": zipped(SLOW)},
    )  # fmt: skip

    def call(seconds: float) -> Any:
        try:
            return functions.invoke(FunctionName="slow", Payload=json.dumps(seconds))["StatusCode"]
        except ClientError as refused:
            return refused.response["Error"]["Code"], refused.response.get("Reason")

    functions.put_function_concurrency(FunctionName="slow", ReservedConcurrentExecutions=2)
    with ThreadPoolExecutor(3) as pool:
        said = [*pool.map(call, [2.0] * 3)]
    away = ("TooManyRequestsException", "ReservedFunctionConcurrentInvocationLimitExceeded")
    assert sorted(map(str, said)) == sorted(map(str, [200, 200, away]))
    assert call(0.0) == 200, "those that ran have ended"
    functions.delete_function_concurrency(FunctionName="slow")
    with ThreadPoolExecutor(3) as pool:
        assert [*pool.map(call, [0.5] * 3)] == [200] * 3
