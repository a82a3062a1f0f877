"""What changes something is sent once: AWS may have carried it out although nobody heard so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from provision.aws.local.wire import Answer, Call
from provision.engine.resource import Steps
from provision.resources.ec2.vpc import Vpc
from tests.resources.harness import NAME, Account
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
