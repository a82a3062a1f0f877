"""Whether a database can be had where the stack is to be, asked before anything is made."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest

from provision.aws import tags
from provision.errors import BadSetting, CannotChange, Failed, ProvisionError, QuotaReached
from provision.names import Names
from provision.operations import preflight
from provision.operations.work import Work
from provision.settings import Database, Settings
from tests.resources.harness import NAME, REGION, Account
from tests.served import served

OPTIONS, VERSIONS, QUOTAS = (
    "DescribeOrderableDBInstanceOptions",
    "DescribeDBEngineVersions",
    "DescribeAccountAttributes",
)
OURS = {tags.STACK: NAME, tags.KEY: "database"}


@pytest.fixture(scope="module")
def account_of_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    folder = tmp_path_factory.mktemp("orderable")
    with served(folder / "aws") as here:
        yield Account(folder, endpoint=here.url)


@pytest.fixture
def account(account_of_module: Account) -> Account:
    account_of_module.relent()
    return account_of_module


def asked(account: Account, **database: Any) -> None:
    run = account.run()
    settings = Settings(database=Database(**database))
    work = Work(run=run, settings=settings, names=Names(stack=NAME, region=REGION), invoking=lambda _: run.aws)
    preflight.ask(work, [work.wanted(proxy=False)["database"]])


def offered_in(account: Account, *zones: str) -> None:
    """Each zone in an option of its own."""

    def told(parsed: dict[str, Any]) -> None:
        parsed["OrderableDBInstanceOptions"] = [{"AvailabilityZones": [{"Name": f"{REGION}{zone}"}]} for zone in zones]

    account.rewrite(OPTIONS, told)


@pytest.mark.parametrize(("zones", "multi_az"), [("ab", True), ("abc", True), ("ac", False), ("bd", False)], ids=str)
def test_a_class_that_is_offered_where_the_database_may_be(account: Account, zones: str, multi_az: bool) -> None:  # noqa: FBT001 - a column
    """The stack's zones are a and b, and a database in one zone takes either."""
    offered_in(account, *zones)
    asked(account, multi_az=multi_az)


@pytest.mark.parametrize(
    ("zones", "multi_az", "error", "said"),
    [
        ("", False, BadSetting, "does not offer it"),
        ("a", False, Failed, f"lists it in: {REGION}a"),
        ("cd", False, BadSetting, f"not offered in {REGION}a and {REGION}b"),
        ("ac", True, BadSetting, f"not offered in {REGION}b."),
        ("ce", False, Failed, f"lists it in: {REGION}c"),  # e is use1-az3, where the stack cannot be
    ],
)
def test_a_class_that_is_not(
    account: Account,
    zones: str,
    multi_az: bool,  # noqa: FBT001 - a column of the table
    error: type[ProvisionError],
    said: str,
) -> None:
    offered_in(account, *zones)
    with pytest.raises(error) as refused:
        asked(account, multi_az=multi_az)
    assert said in f"{refused.value.what} {refused.value.why}"


def test_the_class_is_asked_for_with_the_regions_default_minor(account: Account) -> None:
    """AWS: 17.10 comes after 17.9, and a class may be had for one of them alone."""

    def told(parsed: dict[str, Any]) -> None:
        parsed["DBEngineVersions"] = [{"EngineVersion": one} for one in ("17.9", "17.10", "17.2")]

    account.rewrite(VERSIONS, told)
    offered_in(account, "a", "b")
    asked(account)
    assert account.told(VERSIONS) == [{"Engine": "postgres", "EngineVersion": "17", "DefaultOnly": True}]
    (question,) = account.told(OPTIONS)
    assert question == {
        "Engine": "postgres", "EngineVersion": "17.10", "DBInstanceClass": "db.t3.small", "Vpc": True
    }  # fmt: skip


def test_a_version_that_the_region_does_not_have(account: Account) -> None:
    account.rewrite(VERSIONS, lambda parsed: parsed.update(DBEngineVersions=[]))
    with pytest.raises(BadSetting, match="cannot be had here"):
        asked(account)


def used(name: str, used: int, most: int) -> Callable[[dict[str, Any]], None]:
    return lambda parsed: parsed.update(AccountQuotas=[{"AccountQuotaName": name, "Used": used, "Max": most}])


@pytest.mark.parametrize(
    ("quota", "full"), [(used("DBInstances", 39, 40), used("DBInstances", 40, 40)),
                        (used("AllocatedStorage", 80, 100), used("AllocatedStorage", 81, 100))],
    ids=["instances", "storage"],
)  # fmt: skip
def test_the_last_that_fits_and_the_first_that_does_not(account: Account, quota: Any, full: Any) -> None:
    offered_in(account, "a", "b")
    account.rewrite(QUOTAS, quota)
    asked(account)
    account.rewrite(QUOTAS, full)
    with pytest.raises(QuotaReached):
        asked(account)


@pytest.mark.parametrize("status", ["available", "deleting"])
def test_one_under_another_name_is_in_the_way_unless_its_owner_deletes_it(account: Account, status: str) -> None:
    there = {"DBInstanceIdentifier": "former", "DBInstanceStatus": status, "TagList": tags.pairs(OURS)}
    account.rewrite("DescribeDBInstances", lambda parsed: parsed.update(DBInstances=[there]))
    with nullcontext() if status == "deleting" else pytest.raises(CannotChange, match="former"):
        asked(account)
