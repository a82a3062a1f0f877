"""What `teardown` meets in accounts that are not as `up` left them."""

from __future__ import annotations

import pytest

from tests.fresh import STATE, Provision, settings
from tests.served import REGION, Served

FINAL = ("teardown", "--yes", "--final-snapshot", "last")
VERSION = "[database]\nengine_version = '{}'\n"


def test_a_stopped_database_is_started_for_its_last_snapshot(cloud: Served, provision: Provision) -> None:
    """AWS takes none of it before that."""
    provision("up").well()
    rds = cloud.aws.account.backend("rds", REGION)
    (instance,) = rds.databases.values()
    with cloud.aws.account.lock:
        instance.status = "stopped"
    provision(*FINAL).well()
    assert {(one["kind"], one["name"]) for one in cloud.census()} == {("snapshot", "last")}


@pytest.mark.parametrize("known", [True, False], ids=["with the state file", "without it"])
def test_the_parameters_of_another_version_go_too(cloud: Served, provision: Provision, known: bool) -> None:  # noqa: FBT001 - a case
    """The settings have changed since; `up` refuses that, and names `teardown` as the way."""
    settings(VERSION.format("16"))
    provision("up").well()
    settings(VERSION.format("17"))
    told = provision("up")
    assert told.code == 4
    assert "teardown" in told.err
    if not known:
        STATE.unlink()
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    assert cloud.census() == []


def test_the_parameters_of_another_version_are_replaced_where_there_is_no_database_yet(
    cloud: Served, provision: Provision
) -> None:
    settings(VERSION.format("17"))
    provision("up").well()
    made = cloud.census()
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    settings(VERSION.format("16"))
    provision("up").well()
    cloud.client("rds").delete_db_instance(DBInstanceIdentifier="lambda-rds-database", SkipFinalSnapshot=True)
    settings(VERSION.format("17"))
    provision("up").well()
    assert cloud.census() == made


def test_a_snapshots_name_that_is_taken_is_told_before_anything_is_removed(cloud: Served, provision: Provision) -> None:
    provision("up").well()
    rds = cloud.client("rds")
    rds.create_db_snapshot(DBSnapshotIdentifier="last", DBInstanceIdentifier="lambda-rds-database")
    before = cloud.census()
    told = provision(*FINAL)
    assert told.code == 4
    assert "a snapshot named last already" in told.err
    assert cloud.census() == before


def test_what_aws_backup_keeps_is_told_with_its_reason(cloud: Served, provision: Provision) -> None:
    """It belongs to a plan of the account, carries the database's tags, and is billed."""
    provision("up").well()
    rds = cloud.aws.account.backend("rds", REGION)
    (instance,) = rds.databases.values()
    rds.create_db_snapshot(
        instance.db_instance_identifier, "awsbackup-job-1", snapshot_type="awsbackup", tags=instance.tags
    )
    out = provision("teardown", "--yes", "--skip-final-snapshot").well().out
    assert "DB snapshot awsbackup-job-1: kept by the account's plan of AWS Backup" in " ".join(out.split())


def test_a_vpc_that_lost_its_tags_is_named_and_the_rest_comes_to_an_end(cloud: Served, provision: Provision) -> None:
    """Its default group, which only goes with it, is none of what is left."""
    provision("up").well()
    ec2 = cloud.client("ec2")
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "tag:provision:stack", "Values": ["lambda-rds"]}])["Vpcs"]
    ec2.delete_tags(Resources=[vpc["VpcId"]], Tags=[{"Key": "provision:stack"}])
    told = provision("teardown", "--yes", "--skip-final-snapshot")
    assert told.code == 4
    assert vpc["VpcId"] in told.err
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    assert vpc["VpcId"] in {one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"]}
