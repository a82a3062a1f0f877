"""A flow log cannot be changed, and AWS refuses one in an answer that says it went well."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provision.blueprint import wanted
from provision.engine.resource import Steps
from provision.errors import CannotChange, Failed
from provision.settings import Settings
from tests.resources.harness import Account
from tests.resources.whole import NAMES

MADE, GONE = "CreateFlowLogs", "DeleteFlowLogs"
NO_GROUP = "LogDestination: shop-flow-logs does not exist"


@pytest.fixture
def steps() -> Steps:
    settings = Settings()
    drawn = wanted(replace(settings, network=replace(settings.network, flow_logs=True)), NAMES, proxy=False)
    kept = Steps()
    for key in ("vpc", "logs.flow", "role.flow", "flow-log"):
        kept.add(drawn[key])
    return kept


def refusing(account: Account, text: str, times: int) -> None:
    """The next `times` flow logs are not made, says an answer with status 200."""
    left = iter(range(times))

    def refuse(told: dict[str, Any]) -> None:
        if next(left, None) is not None:
            account.outside("ec2").delete_flow_logs(FlowLogIds=told["FlowLogIds"])
            told.update(FlowLogIds=[], Unsuccessful=[{"Error": {"Code": "400", "Message": text}}])

    account.rewrite(MADE, refuse)


@pytest.mark.parametrize("text", [NO_GROUP, "Unable to assume given IAM role"])
def test_what_it_writes_with_may_not_be_known_yet(account: Account, steps: Steps, text: str) -> None:
    refusing(account, text, 3)
    account.up(steps)
    assert account.sent.count(MADE) == 4
    account.up(steps)
    assert account.sent == []


def test_one_that_another_run_was_faster_with_is_taken(account: Account, steps: Steps) -> None:
    """AWS has only one flow log of the same traffic to the same place."""
    account.up(steps)
    made = account.ids()["flow-log"]
    account.ledger.unlink()
    (there,) = account.outside("ec2").describe_flow_logs()["FlowLogs"]
    empty = iter([True])

    def late(told: dict[str, Any]) -> None:
        if next(empty, False):
            told["FlowLogs"] = []

    account.rewrite("DescribeFlowLogs", late)
    account.refuse(MADE, "FlowLogAlreadyExists", "There is an existing Flow Log with the same configuration.")
    account.up(steps)
    assert account.ids()["flow-log"] == made == there["FlowLogId"]


def test_somebody_elses_in_its_place_is_told_as_such(account: Account, steps: Steps) -> None:
    account.refuse(MADE, "FlowLogAlreadyExists", "There is an existing Flow Log with the same target.", times=999)
    with pytest.raises(Failed, match="refused CreateFlowLogs") as told:
        account.up(steps)
    assert "other flow log" in told.value.hint


def test_another_refusal_is_told(account: Account, steps: Steps) -> None:
    refusing(account, "Flow logs are switched off here", 1)
    with pytest.raises(Failed, match="refused CreateFlowLogs for the flow log") as told:
        account.up(steps)
    assert "Flow logs are switched off here (400)" in told.value.why
    assert "flow-log" not in account.ids()


def test_one_that_aws_does_not_delete_is_told_and_one_that_is_gone_is_gone(account: Account, steps: Steps) -> None:
    account.up(steps)
    refused = {"Code": "InvalidParameter", "Message": "Not now"}
    account.rewrite(GONE, lambda told: told.update(Unsuccessful=[{"Error": refused}]))
    with pytest.raises(Failed, match="refused DeleteFlowLogs for the flow log") as told:
        account.down(steps)
    assert "Not now" in told.value.why
    account.up(steps)
    refused["Code"] = "InvalidFlowLogId.NotFound"
    account.down(steps)
    assert account.ids() == {}


@pytest.mark.parametrize(
    "other",
    [{"ResourceId": "vpc-1"}, {"LogGroupName": "x"}, {"DeliverLogsPermissionArn": "x"}, {"TrafficType": "REJECT"}],
    ids=lambda one: next(iter(one)),
)
def test_another_one_in_its_place_is_named(account: Account, steps: Steps, other: dict[str, str]) -> None:
    """It would write down something else, or elsewhere, or nothing."""
    account.up(steps)
    account.rewrite("DescribeFlowLogs", lambda told: told["FlowLogs"][0].update(other))
    with pytest.raises(CannotChange) as refused:
        account.up(steps)
    ((field, value),) = other.items()
    assert f"{field} {value}" in refused.value.what
    assert account.ids()["flow-log"] in refused.value.hint
    assert account.sent == []
