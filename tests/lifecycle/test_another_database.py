"""A database that RDS has upgraded to another major version, or that somebody has renamed."""

from __future__ import annotations

from tests.databases import SMALL
from tests.fresh import Provision, settings
from tests.served import REGION, Served

FORMER, DATABASE = "lambda-rds-database-old1", "lambda-rds-database"
VERSION = "[database]\nengine_version = '{}'\n"


def upgraded(cloud: Served) -> None:
    """AWS: at the end of its standard support, and with a default group in place of its own."""
    instance = cloud.aws.account.backend("rds", REGION).databases[DATABASE]
    with cloud.aws.account.lock:
        instance.engine_version, instance.db_parameter_group_name = "17.4", "default.postgres17"


def used_still(cloud: Served) -> None:
    """What a blue/green deployment leaves behind; AWS itself holds the group for some hours, too."""
    rds = cloud.client("rds")
    (group,) = [one["DBParameterGroupName"] for one in rds.describe_db_parameter_groups()["DBParameterGroups"]]
    rds.create_db_instance(DBInstanceIdentifier=FORMER, DBParameterGroupName=group, **SMALL)


def renamed(cloud: Served, was: str, named: str) -> None:
    rds = cloud.aws.account.backend("rds", REGION)
    with cloud.aws.account.lock:
        rds.databases[named] = rds.databases.pop(was)
        rds.databases[named].db_instance_identifier = named


def test_it_is_kept_with_the_parameters_of_its_version(cloud: Served, provision: Provision) -> None:
    settings(VERSION.format("16"))
    provision("up").well()
    used_still(cloud)
    upgraded(cloud)
    told = provision("up")
    assert told.code == 4
    assert 'Set database.engine_version = "17"' in " ".join(told.err.split())

    settings(VERSION.format("17"))
    provision("up").well()
    rds = cloud.client("rds")
    (seen,) = rds.describe_db_instances(DBInstanceIdentifier=DATABASE)["DBInstances"]
    (group,) = seen["DBParameterGroups"]
    assert group["DBParameterGroupName"].endswith("17")
    assert not group["DBParameterGroupName"].startswith("default")
    assert provision("plan", "--detailed-exitcode").code == 0

    rds.delete_db_instance(DBInstanceIdentifier=FORMER, SkipFinalSnapshot=True)
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    assert cloud.census() == []


def test_no_empty_one_is_made_beside_one_that_was_renamed(cloud: Served, provision: Provision) -> None:
    """The function would go on with that, as if all data were lost."""
    provision("up").well()
    renamed(cloud, DATABASE, FORMER)
    before = cloud.census()
    for command in (["plan"], ["up"], ["up", "--no-preflight"]):
        told = provision(*command)
        assert told.code == 4
        assert FORMER in told.err
        assert f"--new-db-instance-identifier {DATABASE}" in " ".join(told.err.split())
    assert FORMER in provision("doctor", "--fix").err
    assert cloud.census() == before

    renamed(cloud, FORMER, DATABASE)
    assert "Nothing changed" in provision("up").well().out
