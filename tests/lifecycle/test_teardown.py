"""What `teardown` meets in accounts that are not as `up` left them."""

from __future__ import annotations

import pytest

from tests.commands import Commands
from tests.manners.conftest import REGION

FINAL = ("teardown", "--yes", "--final-snapshot", "last")
VERSION = "[database]\nengine_version = '{}'\n"


def test_a_stopped_database_is_started_for_its_last_snapshot(commands: Commands) -> None:
    """AWS takes none of it before that."""
    commands.done("up")
    rds = commands.account.aws.account.backend("rds", REGION)
    (instance,) = rds.databases.values()
    with commands.account.aws.account.lock:
        instance.status = "stopped"
    commands.stays = {"stopped"}
    commands.done(*FINAL)
    assert {(one["kind"], one["name"]) for one in commands.census()} == {("snapshot", "last")}


@pytest.mark.parametrize("known", [True, False], ids=["with the state file", "without it"])
def test_the_parameters_of_another_version_go_too(commands: Commands, known: bool) -> None:  # noqa: FBT001 - a case
    """The settings have changed since; `up` refuses that, and names `teardown` as the way."""
    commands.settings = VERSION.format("16")
    commands.done("up")
    commands.settings = VERSION.format("17")
    assert commands("up") == 4
    assert "teardown" in commands.err
    if not known:
        commands.forget_state()
    commands.done("teardown", "--yes", "--skip-final-snapshot")
    assert commands.census() == []


def test_the_parameters_of_another_version_are_replaced_where_there_is_no_database_yet(commands: Commands) -> None:
    commands.settings = VERSION.format("17")
    commands.done("up")
    made = commands.census()
    commands.done("teardown", "--yes", "--skip-final-snapshot")
    commands.settings = VERSION.format("16")
    commands.done("up")
    commands.account.client("rds").delete_db_instance(
        DBInstanceIdentifier="lambda-rds-database", SkipFinalSnapshot=True
    )
    commands.settings = VERSION.format("17")
    commands.done("up")
    assert commands.census() == made


def test_a_snapshots_name_that_is_taken_is_told_before_anything_is_removed(commands: Commands) -> None:
    commands.done("up")
    rds = commands.account.client("rds")
    rds.create_db_snapshot(DBSnapshotIdentifier="last", DBInstanceIdentifier="lambda-rds-database")
    before = commands.census()
    assert commands(*FINAL) == 4
    assert "a snapshot named last already" in commands.err
    assert commands.census() == before


def test_what_aws_backup_keeps_is_told_with_its_reason(commands: Commands) -> None:
    """It belongs to a plan of the account, carries the database's tags, and is billed."""
    commands.done("up")
    rds = commands.account.aws.account.backend("rds", REGION)
    (instance,) = rds.databases.values()
    rds.create_db_snapshot(
        instance.db_instance_identifier, "awsbackup-job-1", snapshot_type="awsbackup", tags=instance.tags
    )
    commands.done("teardown", "--yes", "--skip-final-snapshot")
    assert "DB snapshot awsbackup-job-1: kept by the account's plan of AWS Backup" in " ".join(commands.out.split())
