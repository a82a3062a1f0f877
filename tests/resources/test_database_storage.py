"""The database's storage, which AWS takes in other words from 400 GiB on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws.local.wire import CALLER
from provision.engine.resource import Steps
from provision.settings import Database
from tests.resources.harness import Account
from tests.resources.one_database import MODIFY, drawn
from tests.served import served

FASTER = {"Iops": 16_000, "StorageThroughput": 1_000}


def sized(gib: int) -> Steps:
    return drawn(Database(storage_gib=gib, max_storage_gib=1_000))


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with served(tmp_path / "aws") as here:
        yield Account(tmp_path, endpoint=here.url, caller=CALLER)


def by_hand(account: Account, **changed: Any) -> None:
    identifier = account.ids()["database"]
    account.outside("rds").modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=True, **changed)


def seen(account: Account) -> dict[str, Any]:
    (told,) = account.outside("rds").describe_db_instances()["DBInstances"]
    return {name: told[name] for name in ("AllocatedStorage", "StorageType", "Iops", "StorageThroughput")}


def test_it_grows_past_the_size_from_which_aws_wants_its_speed_named(account: Account) -> None:
    """The local AWS refuses as AWS does: a speed below 400 GiB, and a size without a speed from there on."""
    account.up(sized(20))
    account.up(sized(100))
    (told,) = account.told(MODIFY)
    assert told["AllocatedStorage"] == 100
    assert not {"Iops", "StorageThroughput"} & set(told)
    account.up(sized(450))
    assert seen(account) == {
        "AllocatedStorage": 450,
        "StorageType": "gp3",
        "Iops": 12_000,
        "StorageThroughput": 500,
    }
    account.up(sized(450))
    assert account.sent == []


def test_speed_that_somebody_bought_stays(account: Account) -> None:
    account.up(sized(450))
    by_hand(account, AllocatedStorage=450, **FASTER)
    account.up(sized(450))
    assert account.sent == []
    account.up(sized(600))
    assert seen(account) == {"AllocatedStorage": 600, "StorageType": "gp3", **FASTER}


def test_a_small_step_is_ten_percent_and_asked_for_once(account: Account) -> None:
    """AWS shows the rounded size as pending for a while, in which it takes no other change of the storage."""
    account.up(sized(50))
    pending = {"AllocatedStorage": 50, "PendingModifiedValues": {"AllocatedStorage": 55}}
    looks: Iterator[dict[str, Any]] = iter([{}, *[pending] * 100])
    account.rewrite("DescribeDBInstances", lambda told: told["DBInstances"][0].update(next(looks, {})))
    account.up(sized(51))
    assert [told["AllocatedStorage"] for told in account.told(MODIFY)] == [51]
    assert next(looks, None) is None
    assert seen(account)["AllocatedStorage"] == 55
    account.up(sized(51))
    assert account.sent == []


@pytest.mark.parametrize("gib", [20, 450])
def test_another_type_is_changed_back_at_any_size(account: Account, gib: int) -> None:
    account.up(sized(gib))
    by_hand(account, StorageType="gp2")
    account.up(sized(gib))
    assert seen(account)["StorageType"] == "gp3"
    account.up(sized(gib))
    assert account.sent == []
