"""Changes of the database that AWS has taken and not applied."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.resources.harness import Account
from tests.resources.one_database import DATABASE, MODIFY, changes, drawn, saying

PUT_OFF = {"DBInstanceClass": "db.t3.large", "MultiAZ": True, "BackupRetentionPeriod": 0, "StorageType": "io1"}
OWN = {
    "AllocatedStorage": 400,
    "EngineVersion": "17.11",
    "CACertificateIdentifier": "rds-ca-ecc384-g1",
    "IAMDatabaseAuthenticationEnabled": True,
}


def test_a_change_that_somebody_put_off(made: Account) -> None:
    """What we set is asked for again; what is the user's own comes when it comes, and nothing waits for it."""
    saying(made, lambda: {"PendingModifiedValues": OWN if made.told(MODIFY) else {**PUT_OFF, **OWN}})
    shown = [change.partition(":")[0] for change in changes(made, drawn())]
    assert sorted(shown) == sorted(f"pending {name}" for name in {**PUT_OFF, **OWN})
    made.up(drawn())
    (told,) = made.told(MODIFY)
    assert {name: told[name] for name in PUT_OFF} == {
        "DBInstanceClass": DATABASE.instance_class,
        "MultiAZ": DATABASE.multi_az,
        "BackupRetentionPeriod": DATABASE.backup_days,
        "StorageType": "gp3",
    }
    assert told["ApplyImmediately"]
    assert not set(OWN) & set(told)


@pytest.mark.parametrize(
    ("wrong", "at_once"),
    [
        ({"DeletionProtection": True, "MaxAllocatedStorage": 100, "CopyTagsToSnapshot": False}, False),
        ({"EnabledCloudwatchLogsExports": ["upgrade"], "MonitoringInterval": 60, "PubliclyAccessible": True}, False),
        ({"TagList": []}, False),
        ({"DeletionProtection": True, "BackupRetentionPeriod": 0}, True),
        ({"BackupRetentionPeriod": 30}, False),
        ({"BackupRetentionPeriod": 30, "MultiAZ": True}, True),
        ({"AllocatedStorage": 10}, True),
    ],
    ids=[
        "switches",
        "what it writes and where it is",
        "password",
        "with backups",
        "days",
        "days and standby",
        "storage",
    ],
)
def test_what_somebody_put_off_comes_at_once_only_with_what_can_be_put_off(
    made: Account, wrong: dict[str, Any], *, at_once: bool
) -> None:
    """AWS: ApplyImmediately brings all that is pending along, such as an upgrade of the engine with its downtime."""
    tags = {"TagList": made.outside("rds").describe_db_instances()["DBInstances"][0]["TagList"]}
    if "TagList" in wrong:
        tags = {"TagList": [tag for tag in tags["TagList"] if tag["Key"] != "provision:secret"]}
    saying(made, lambda: {} if made.told(MODIFY) else {**wrong, **tags, "PendingModifiedValues": OWN})
    made.up(drawn())
    assert [told["ApplyImmediately"] for told in made.told(MODIFY)] == [at_once]


@pytest.mark.parametrize(("days", "told"), [(0, True), (30, False)])
def test_what_comes_along_with_a_change_is_told_before(made: Account, days: int, *, told: bool) -> None:
    """AWS: no change that can be put off is made at once without it."""
    later = {"EngineVersion": "17.11", "AllocatedStorage": 400}
    saying(made, lambda: {"BackupRetentionPeriod": days, "PendingModifiedValues": later})
    along = [f"pending {name}: {value} -> at once, along with the rest" for name, value in later.items()]
    assert changes(made, drawn()) == [f"BackupRetentionPeriod: {days} -> 7", *(along if told else [])]


def test_only_what_is_the_users_own_is_put_off(made: Account) -> None:
    slept = made.clock.slept
    saying(made, lambda: {"PendingModifiedValues": OWN})
    assert changes(made, drawn()) == []
    made.up(drawn())
    assert (made.sent, made.clock.slept) == ([], slept)


def test_a_wanted_change_that_somebody_put_off_is_asked_for_now(made: Account) -> None:
    """AWS: without ApplyImmediately it would come with the next maintenance window, perhaps in a week."""
    late = {"DBInstanceClass": "db.t3.micro", "PendingModifiedValues": {"DBInstanceClass": DATABASE.instance_class}}
    saying(made, lambda: {} if made.told(MODIFY) else late)
    assert changes(made, drawn()) == [f"DBInstanceClass: db.t3.micro -> {DATABASE.instance_class}"]
    made.up(drawn())
    (told,) = made.told(MODIFY)
    assert (told["DBInstanceClass"], told["ApplyImmediately"]) == (DATABASE.instance_class, True)


def test_our_own_change_is_waited_for_while_it_is_pending(made: Account) -> None:
    before = {"DBInstanceClass": "db.t3.micro"}
    at_it = {**before, "PendingModifiedValues": {"DBInstanceClass": DATABASE.instance_class}}
    looks: Iterator[dict[str, Any]] = iter([before, *[at_it] * 30])
    saying(made, lambda: next(looks, {}))
    made.up(drawn())
    assert len(made.told(MODIFY)) == 1
    assert next(looks, None) is None


def test_a_port_changed_by_hand_is_changed_back_and_nothing_follows_it(made: Account) -> None:
    """What was as asked for and is not any more; an emulator's is another from the beginning, and stays."""
    saying(made, lambda: {"Endpoint": {"Address": "database.local", "Port": 6000}})
    assert changes(made, drawn()) == ["port: 6000 -> 5432"]
    made.rewrite(MODIFY, lambda _: made.relent())
    made.up(drawn())
    assert [asked["DBPortNumber"] for asked in made.told(MODIFY)] == [5432]
    rows = json.loads(made.ledger.read_text())
    rows["resources"]["database"]["attrs"]["port"] = "40000"
    made.ledger.write_text(json.dumps(rows))
    saying(made, lambda: {"Endpoint": {"Address": "database.local", "Port": 40001}})
    assert changes(made, drawn()) == []
    made.relent()
    made.up(drawn())


def test_log_exports_on_their_way_are_asked_for_once(made: Account) -> None:
    """AWS shows them as pending for a minute, in which the database may be available all the while."""
    exporting = drawn(replace(DATABASE, log_exports=True))
    at_it = {"PendingModifiedValues": {"PendingCloudwatchLogsExports": {"LogTypesToEnable": ["postgresql", "upgrade"]}}}
    nothing: dict[str, Any] = {"PendingModifiedValues": {"PendingCloudwatchLogsExports": {"LogTypesToEnable": []}}}
    looks: Iterator[dict[str, Any]] = iter([{}, *[{**at_it, "EnabledCloudwatchLogsExports": []}] * 100])
    saying(made, lambda: next(looks, nothing))
    made.up(exporting)
    assert len(made.told(MODIFY)) == 1
    assert next(looks, None) is None


def test_groups_on_their_way_are_asked_for_once(made: Account) -> None:
    """AWS lists the one that leaves beside the one that comes for a minute, and the instance as available meanwhile."""
    ours = made.ids()["group.database"]
    theirs = {"VpcSecurityGroups": [{"VpcSecurityGroupId": "sg-theirs", "Status": "active"}]}
    leaving = {"VpcSecurityGroupId": "sg-theirs", "Status": "removing"}
    both = {"VpcSecurityGroups": [{"VpcSecurityGroupId": ours, "Status": "adding"}, leaving]}
    looks: Iterator[dict[str, Any]] = iter([theirs, *[both] * 30])
    saying(made, lambda: next(looks, {}))
    made.up(drawn())
    assert [told["VpcSecurityGroupIds"] for told in made.told(MODIFY)] == [[ours]]
    assert next(looks, None) is None
