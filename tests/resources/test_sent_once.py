"""What changes something is sent once: AWS may have carried it out although nobody heard so. Nor is the function run
twice because it takes its time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest

from provision.aws.clients import Clients
from provision.aws.local.wire import Answer, Call
from provision.aws.target import Target
from provision.engine.resource import Steps
from provision.errors import PatienceRanOut
from provision.operations.calling import proven
from provision.operations.work import Work
from provision.resources.ec2.vpc import Vpc
from provision.settings import Function, Settings
from tests.resources.harness import ACCOUNT, NAME, REGION, Account
from tests.resources.whole import NAMES
from tests.served import served


def test_a_lost_answer_makes_nothing_twice(tmp_path: Path) -> None:
    """CreateVpc has neither a name nor a token; botocore would send it again by itself."""
    steps = Steps()
    steps.add(Vpc(key="vpc", cidr="10.0.0.0/16"))
    asked: list[Call] = []

    def lost(call: Call, following: Callable[[Call], Answer]) -> Answer:
        answer = following(call)
        if call.action != "CreateVpc":
            return answer
        asked.append(call)
        return replace(answer, status=500)

    with served(tmp_path / "aws") as here:
        here.aws.around.append(lost)
        account = Account(tmp_path, endpoint=here.url)
        account.up(steps)
        ours = [{"Name": "tag:provision:stack", "Values": [NAME]}]
        (vpc,) = account.outside("ec2").describe_vpcs(Filters=ours)["Vpcs"]
    assert len(asked) == 1
    assert account.ids() == {"vpc": vpc["VpcId"]}


def test_an_answer_of_the_function_is_waited_for_as_long_as_it_may_run(account: Account) -> None:
    session = boto3.Session(aws_access_key_id="any", aws_secret_access_key="any")
    target = Target(
        name="aws", session=session, region=REGION, endpoint=None, account=ACCOUNT, partition="aws", caller=""
    )
    asked: list[float] = []
    run, settings = account.run(), Settings(function=Function(timeout_seconds=600))

    def invoking(seconds: float) -> Clients:
        asked.append(seconds)
        return run.aws

    work = Work(run=run, settings=settings, names=NAMES, invoking=invoking)
    with pytest.raises(PatienceRanOut):  # there is none
        proven(work, work.wanted(proxy=False)["function.endpoint"])
    config: Any = target.invoking(asked[0]).awslambda.meta.config
    assert config.read_timeout > 600
    assert config.retries["total_max_attempts"] == 1
