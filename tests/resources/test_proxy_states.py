"""A proxy that cannot work, is another one, or logs in otherwise than it was told to."""

from __future__ import annotations

from typing import Any

import pytest

from provision.blueprint import wanted
from provision.engine.resource import Steps
from provision.errors import CannotChange, Failed
from provision.settings import Settings
from tests.resources.harness import Account
from tests.resources.whole import NAMES


@pytest.fixture
def steps(account: Account) -> Steps:
    drawn = wanted(Settings(), NAMES, proxy=True)
    kept = Steps()
    for key in ("vpc", "subnet.private-a", "subnet.private-b", "secret", "group.proxy", "role.proxy", "proxy"):
        kept.add(drawn[key])
    account.up(kept)
    return kept


def saying(account: Account, **told: Any) -> None:
    """From now on AWS says this of the proxy."""
    account.rewrite("DescribeDBProxies", lambda parsed: parsed["DBProxies"][0].update(told))


@pytest.mark.parametrize("status", ["incompatible-network", "insufficient-resource-limits"])
def test_a_state_that_no_waiting_heals_is_told_at_once(account: Account, steps: Steps, status: str) -> None:
    slept = account.clock.slept
    saying(account, Status=status)
    with pytest.raises(Failed, match=f"The proxy is {status}") as told:
        account.up(steps)
    assert "disable-proxy" in told.value.hint
    assert (account.sent, account.clock.slept) == ([], slept)


@pytest.mark.parametrize(
    "other", [{"EngineFamily": "MYSQL"}, {"VpcSubnetIds": ["subnet-1"]}], ids=["engine", "subnets"]
)
def test_what_aws_does_not_change_in_place_is_refused(account: Account, steps: Steps, other: dict[str, Any]) -> None:
    saying(account, **other)
    with pytest.raises(CannotChange) as told:
        account.up(steps)
    assert "disable-proxy" in told.value.hint
    assert account.sent == []


@pytest.mark.parametrize(
    "other",
    [{"IAMAuth": "REQUIRED"}, {"SecretArn": "arn:aws:secretsmanager:x"}, {"ClientPasswordAuthType": "POSTGRES_MD5"}],
    ids=lambda one: next(iter(one)),
)
def test_another_way_to_log_in_is_shown(account: Account, steps: Steps, other: dict[str, str]) -> None:
    account.rewrite("DescribeDBProxies", lambda parsed: parsed["DBProxies"][0]["Auth"][0].update(other))
    assert [change.field for change in account.look(steps)["proxy"].changes] == ["Auth"]


def test_an_answer_about_another_proxy_is_none(account: Account, steps: Steps) -> None:
    """AWS may give one just after a create."""
    saying(account, DBProxyName="other")
    assert account.look(steps)["proxy"].found is None
