"""States of the database: those that no waiting heals, and those in which it is as good as it gets."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from provision.errors import CannotChange, Failed, Protected
from tests.resources.harness import NAME, Account
from tests.resources.one_database import DATABASE, MODIFY, changes, drawn, saying

STATES = {
    "failed": "RDS's events",
    "inaccessible-encryption-credentials": "Enable the key",
    "inaccessible-encryption-credentials-recoverable": "Enable the key",
    "incompatible-create": "RDS's events",
    "incompatible-credentials": "RDS's events",
    "incompatible-network": "Free addresses",
    "incompatible-option-group": "RDS's events",
    "incompatible-parameters": "reset-db-parameter-group",
    "incompatible-restore": "RDS's events",
    "insufficient-capacity": "database.instance_class",
    "modify-failed": "RDS's events",
    "restore-error": "RDS's events",
    "upgrade-failed": "RDS's events",
    "storage-full": "Raise database.storage_gib",
}


def test_a_state_that_no_waiting_heals_is_told_at_once(made: Account) -> None:
    slept = made.clock.slept
    for status, next_step in STATES.items():
        saying(made, lambda status=status: {"DBInstanceStatus": status})  # type: ignore[misc]  # its own `status`
        with pytest.raises(Failed, match=f"The database is {status}") as told:
            made.up(drawn())
        assert next_step in told.value.hint
        assert made.sent == []
    assert made.clock.slept == slept
    trouble = made.look(drawn())["database"].trouble
    assert trouble is not None
    assert "storage-full" in trouble.what


def test_the_reason_is_what_aws_said_of_a_failure_not_of_a_backup(made: Account) -> None:
    saying(made, lambda: {"DBInstanceStatus": "incompatible-network"})
    backup = {"Message": "Finished DB instance backup", "EventCategories": ["backup"]}
    failure = {"Message": "no address is free", "EventCategories": ["failure"]}
    events: list[dict[str, Any]] = []
    made.rewrite("DescribeEvents", lambda told: told.update(Events=events))
    for said, why in (([failure, backup], "AWS: no address is free"), ([backup], "AWS gives no reason.")):
        events = said
        with pytest.raises(Failed) as told:
            made.up(drawn())
        assert told.value.why == why


def test_a_full_storage_is_healed_by_more_of_it(made: Account) -> None:
    more = drawn(replace(DATABASE, storage_gib=50))
    looks = 0

    def full() -> dict[str, Any]:
        nonlocal looks
        sent = bool(made.told(MODIFY))
        looks += sent
        if looks > 8:
            return {}
        pending = {"AllocatedStorage": 50} if sent else {}
        return {"DBInstanceStatus": "storage-full", "AllocatedStorage": 20, "PendingModifiedValues": pending}

    saying(made, full)
    assert changes(made, more) == ["AllocatedStorage: 20 -> 50"]
    made.up(more)
    assert [told["AllocatedStorage"] for told in made.told(MODIFY)] == [50]
    assert looks > 8


def test_a_database_that_is_about_to_stop_is_started_once_it_has(made: Account) -> None:
    """AWS: it is stopping for minutes, and refuses to start meanwhile; a look says already that there is work to do."""
    outside = made.outside("rds")
    outside.stop_db_instance(DBInstanceIdentifier=f"{NAME}-database")
    looks = 0

    def slow() -> dict[str, Any]:
        nonlocal looks
        looks += 1
        return {"DBInstanceStatus": "stopping"} if looks < 8 else {}

    saying(made, slow)
    assert changes(made, drawn()) == ["state: stopping -> started"]
    assert made.look(drawn())["database"].verb == "change"
    made.up(drawn())
    assert made.sent == ["StartDBInstance"]
    assert looks > 8


def test_a_storage_that_is_full_once_it_has_grown_wants_more_than_that(made: Account) -> None:
    """RDS lets it grow up to `database.max_storage_gib`; what the settings began with says nothing then."""
    saying(made, lambda: {"DBInstanceStatus": "storage-full", "AllocatedStorage": 200})
    for database in (DATABASE, replace(DATABASE, storage_gib=100)):
        with pytest.raises(Failed, match="storage-full") as told:
            made.up(drawn(database))
        assert "max_storage_gib) above the 200 GiB" in told.value.hint


@pytest.mark.parametrize(
    "status", ["backing-up", "storage-initialization", "storage-optimization", "configuring-enhanced-monitoring"]
)
def test_a_state_in_which_it_serves_is_not_waited_for(made: Account, status: str) -> None:
    """Storage is initialized for hours after it was restored, and optimized after it has grown."""
    slept = made.clock.slept
    saying(made, lambda: {"DBInstanceStatus": status})
    made.up(drawn())
    assert (made.sent, made.clock.slept) == ([], slept)


@pytest.mark.parametrize(
    "told",
    [{"DBInstanceStatus": "modifying"}, {"Endpoint": {}}, {"PendingModifiedValues": {"MasterUserPassword": "****"}}],
    ids=["modifying", "no endpoint yet", "another password"],
)
def test_what_aws_is_still_at_is_waited_for(made: Account, told: dict[str, Any]) -> None:
    slept = made.clock.slept
    looks = iter([told] * 10)
    saying(made, lambda: next(looks, {}))
    made.up(drawn())
    assert made.sent == []
    assert made.clock.slept > slept
    assert next(looks, None) is None


@pytest.mark.parametrize(
    ("told", "what"),
    [({"StorageEncrypted": False}, "encryption"), ({"DBSubnetGroup": {"DBSubnetGroupName": "x"}}, "the subnet group")],
    ids=["unencrypted", "in other subnets"],
)
def test_a_database_that_could_only_be_made_anew_is_refused(made: Account, told: dict[str, Any], what: str) -> None:
    """As one that was restored by hand under our name, with our tags."""
    saying(made, lambda: told)
    with pytest.raises(CannotChange, match=f"The database has {what}"):
        made.up(drawn())
    assert made.sent == []


def test_the_role_of_enhanced_monitoring_changed_by_hand(made: Account) -> None:
    watched = drawn(replace(DATABASE, monitoring_seconds=60))
    made.up(watched)
    theirs = {"MonitoringRoleArn": "arn:aws:iam::123456789012:role/mine"}
    saying(made, lambda: {} if made.told(MODIFY) else theirs)
    assert [change.partition(":")[0] for change in changes(made, watched)] == ["MonitoringRoleArn"]
    made.up(watched)
    (asked,) = made.told(MODIFY)
    assert (asked["MonitoringInterval"], asked["MonitoringRoleArn"] != theirs["MonitoringRoleArn"]) == (60, True)
    made.relent()
    made.up(drawn())


@pytest.mark.parametrize(
    "status", ["failed", "incompatible-restore", "incompatible-network", "inaccessible-encryption-credentials"]
)
def test_no_database_is_deleted_without_its_last_snapshot_by_itself(made: Account, status: str) -> None:
    """AWS takes none in these states; whether the data may go is the user's to say."""
    saying(made, lambda: {"DBInstanceStatus": status})
    with pytest.raises(Failed, match="takes no snapshot of it") as told:
        made.down(drawn(final_snapshot="last"))
    assert "--skip-final-snapshot" in told.value.hint
    assert ("Enable the key" in told.value.hint) is status.startswith("inaccessible")
    assert "DeleteDBInstance" not in made.sent
    made.relent()
    made.up(drawn())


def test_a_last_snapshot_that_an_earlier_run_began_is_no_obstacle(made: Account) -> None:
    rds, database = made.outside("rds"), made.ids()["database"]
    rds.create_db_snapshot(DBSnapshotIdentifier="last", DBInstanceIdentifier=database)
    steps = drawn(final_snapshot="last")

    def check() -> None:
        found = made.look(steps)["database"].found
        assert found is not None
        steps["database"].check_deletable(made.run(), found)

    with pytest.raises(Protected, match="a snapshot named last already"):
        check()
    saying(made, lambda: {"DBInstanceStatus": "deleting"})
    check()
    rds.delete_db_snapshot(DBSnapshotIdentifier="last")


def test_no_extended_support_is_asked_for(made: Account) -> None:
    """AWS bills it by the hour once a major version is out of its standard support, unless told not to."""
    made.outside("rds").delete_db_instance(DBInstanceIdentifier=made.ids()["database"], SkipFinalSnapshot=True)
    made.up(drawn())
    (asked,) = made.told("CreateDBInstance")
    assert asked["EngineLifecycleSupport"] == "open-source-rds-extended-support-disabled"


def test_what_is_about_to_be_deleted_is_leaving(made: Account) -> None:
    saying(made, lambda: {"DBInstanceStatus": "delete-precheck"})
    assert made.look(drawn())["database"].condition.state == "leaving"


def test_what_aws_backup_has_taken_over_is_left_to_it(made: Account) -> None:
    """Days of retention of its own, and backups that AWS does not delete with the instance."""
    point = "arn:aws:backup:us-east-1:123456789012:recovery-point:continuous:db-1"
    saying(made, lambda: {"AwsBackupRecoveryPointArn": point, "BackupRetentionPeriod": 35})
    bigger = drawn(replace(DATABASE, instance_class="db.m5.large"))
    assert changes(made, drawn()) == []
    made.up(bigger)
    assert [set(asked) & {"DBInstanceClass", "BackupRetentionPeriod"} for asked in made.told(MODIFY)] == [
        {"DBInstanceClass"}
    ]
    made.up(drawn())
    made.refuse("DeleteDBInstance", "InvalidParameterValue", "no")
    with pytest.raises(Failed):
        made.down(drawn())
    (asked,) = made.told("DeleteDBInstance")
    assert asked["DeleteAutomatedBackups"] is False


def test_a_password_that_rds_was_told_to_keep_is_the_secrets_again(made: Account) -> None:
    """AWS: RDS draws one, rotates it, and takes none beside that; the function has the stack's secret."""
    kept = {"MasterUserSecret": {"SecretArn": "arn:aws:secretsmanager:x:1:secret:rds!db-1", "SecretStatus": "active"}}
    saying(made, lambda: {} if made.told(MODIFY) else kept)
    assert changes(made, drawn()) == ["MasterUserPassword: RDS's own, which it rotates -> the secret's"]
    made.up(drawn())
    (asked,) = made.told(MODIFY)
    secret = made.outside("secretsmanager").get_secret_value(SecretId=made.ids()["secret"])["SecretString"]
    assert (asked["ManageMasterUserPassword"], asked["MasterUserPassword"]) == (False, json.loads(secret)["password"])


@pytest.mark.parametrize(("major", "hint"), [("18", 'Set database.engine_version = "18"'), ("19", "14 to 18")])
def test_a_version_is_recommended_only_where_the_settings_take_it(made: Account, major: str, hint: str) -> None:
    saying(made, lambda: {"EngineVersion": f"{major}.1"})
    with pytest.raises(CannotChange, match=f"has PostgreSQL {major}") as told:
        made.up(drawn())
    assert hint in told.value.hint
    assert (f'"{major}"' in told.value.hint) is (major == "18")
