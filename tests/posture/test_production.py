"""The production profile, switched on and off over the command line, and what it protects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from tests.fresh import STATE, Provision, settings
from tests.served import Served

PRODUCTION = 'profile = "production"\n'
EXTRA = {
    ("flow log", "flow-log"),
    ("log group", "logs.flow"),
    ("log group", "logs.postgresql"),
    ("log group", "logs.upgrade"),
    ("role", "role.flow"),
    ("role", "role.monitoring"),
    ("role", "role.rotation"),
    ("function", "rotation.function"),
    ("log group", "rotation.logs"),
    ("group", "group.rotation"),
    ("rule", "rule.rotation-to-database"),
    ("rule", "rule.database-from-rotation"),
    ("rule", "rule.rotation-to-internet"),
    ("address", "address.nat-b"),
    ("nat gateway", "nat.b"),
}


def named(census: Sequence[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(one["kind"], one["name"]) for one in census}


def of(cloud: Served, kind: str, name: str) -> dict[str, Any]:
    """The properties of one thing in the account."""
    found = [one for one in cloud.census() if (one["kind"], one["name"]) == (kind, name)]
    assert len(found) == 1, sorted(named(cloud.census()))
    properties: dict[str, Any] = found[0]["properties"]
    return properties


@pytest.mark.long
def test_the_profile_goes_on_and_off_again(cloud: Served, provision: Provision) -> None:
    provision("up").well()
    plain = cloud.census()
    settings(PRODUCTION)
    plan = provision("plan", "--detailed-exitcode")
    assert plan.code == 7
    assert "flow log" in plan.out
    provision("up").well()
    assert {one for one in named(cloud.census()) - named(plain) if one[0] != "interface"} == EXTRA
    database = of(cloud, "database", "database")
    assert (database["MultiAZ"], database["DeletionProtection"], database["BackupRetentionPeriod"]) == (True, True, 30)
    assert (database["EnabledCloudwatchLogsExports"], database["MonitoringInterval"]) == (["postgresql", "upgrade"], 60)
    assert of(cloud, "function", "function")["TracingConfig"] == {"Mode": "Active"}
    assert of(cloud, "flow log", "flow-log")["DeliverLogsStatus"] == "SUCCESS"
    assert of(cloud, "log group", "logs.flow")["retentionInDays"] == 365
    cloud.manners.reset_calls()
    provision("up").well()
    assert [call["action"] for call in cloud.manners.calls() if call["mutating"]] == []
    provision("plan", "--detailed-exitcode").well()
    settings("")
    provision("up").well()
    back = {(one["kind"], one["name"]): one for one in cloud.census()}
    # AWS keeps the role's name beside an interval of 0, which turns Enhanced Monitoring off.
    back["database", "database"]["properties"].pop("MonitoringRoleArn", None)
    # And what a rotation was like that has been cancelled.
    for left in ("RotationLambdaARN", "RotationRules"):
        back["secret", "secret"]["properties"].pop(left)
    assert list(back.values()) == [
        {**one, "properties": {**one["properties"], "RotationEnabled": False}} if one["kind"] == "secret" else one
        for one in plain
    ]


def test_a_protected_database_stops_the_teardown_before_it_begins(cloud: Served, provision: Provision) -> None:
    settings(PRODUCTION + "[database]\nmulti_az = false\nmonitoring_seconds = 0\n")
    provision("up", "--egress", "endpoint").well()
    database = of(cloud, "database", "database")
    assert (database.get("MultiAZ"), database["DeletionProtection"]) == (False, True), "a single setting wins"
    assert ("role", "role.monitoring") not in named(cloud.census())
    before = cloud.census()
    told = provision("teardown", "--yes", "--skip-final-snapshot")
    assert told.code == 4
    assert "deletion_protection" in told.err
    assert cloud.census() == before
    settings(PRODUCTION + "[database]\nmulti_az = false\ndeletion_protection = false\n")
    provision("up", "--egress", "endpoint").well()
    STATE.unlink()
    provision("teardown", "--yes", "--skip-final-snapshot").well()
    assert cloud.census() == []


def test_what_watches_is_repaired(cloud: Served, provision: Provision) -> None:
    settings(PRODUCTION + "[database]\nmulti_az = false\n")
    provision("up", "--egress", "endpoint").well()
    made = cloud.census()
    client = cloud.client
    flow = client("ec2").describe_flow_logs()["FlowLogs"][0]["FlowLogId"]
    client("ec2").delete_flow_logs(FlowLogIds=[flow])
    client("rds").modify_db_instance(
        DBInstanceIdentifier="lambda-rds-database",
        CloudwatchLogsExportConfiguration={"DisableLogTypes": ["upgrade"]},
    )
    client("logs").delete_retention_policy(logGroupName="/aws/vpc/lambda-rds-flow-logs")
    status = provision("status").well().out
    assert "log exports: postgresql -> postgresql, upgrade" in status
    assert "retention: for ever -> 365 days" in status
    provision("up", "--egress", "endpoint").well()
    assert cloud.census() == made
