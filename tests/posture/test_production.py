"""The production profile, switched on and off over the command line, and what it protects."""

from __future__ import annotations

from typing import Any

import pytest

from tests.commands import Commands, named

PRODUCTION = 'profile = "production"\n'
EXTRA = {
    ("flow log", "flow-log"),
    ("log group", "logs.flow"),
    ("log group", "logs.postgresql"),
    ("log group", "logs.upgrade"),
    ("role", "role.flow"),
    ("role", "role.monitoring"),
    ("address", "address.nat-b"),
    ("nat gateway", "nat.b"),
}


def of(commands: Commands, kind: str, name: str) -> dict[str, Any]:
    """The properties of one thing in the account."""
    found = [one for one in commands.census() if (one["kind"], one["name"]) == (kind, name)]
    assert len(found) == 1, sorted(named(commands.census()))
    properties: dict[str, Any] = found[0]["properties"]
    return properties


@pytest.mark.long
def test_the_profile_goes_on_and_off_again(commands: Commands) -> None:
    commands.done("up")
    plain = commands.census()
    commands.settings = PRODUCTION
    assert commands("plan", "--detailed-exitcode") == 7
    assert "flow log" in commands.out
    commands.done("up")
    assert {one for one in named(commands.census()) - named(plain) if one[0] != "interface"} == EXTRA
    database = of(commands, "database", "database")
    assert (database["MultiAZ"], database["DeletionProtection"], database["BackupRetentionPeriod"]) == (True, True, 30)
    assert (database["EnabledCloudwatchLogsExports"], database["MonitoringInterval"]) == (["postgresql", "upgrade"], 60)
    assert of(commands, "function", "function")["TracingConfig"] == {"Mode": "Active"}
    assert of(commands, "flow log", "flow-log")["DeliverLogsStatus"] == "SUCCESS"
    assert of(commands, "log group", "logs.flow")["retentionInDays"] == 365
    commands.account.manners.reset_calls()
    commands.done("up")
    assert [call["action"] for call in commands.calls() if call["mutating"]] == []
    assert commands("plan", "--detailed-exitcode") == 0
    commands.settings = ""
    commands.done("up")
    back = {(one["kind"], one["name"]): one for one in commands.census()}
    # AWS keeps the role's name beside an interval of 0, which turns Enhanced Monitoring off.
    back["database", "database"]["properties"].pop("MonitoringRoleArn", None)
    assert list(back.values()) == plain


def test_a_protected_database_stops_the_teardown_before_it_begins(commands: Commands) -> None:
    commands.settings = PRODUCTION + "[database]\nmulti_az = false\nmonitoring_seconds = 0\n"
    commands.done("up", "--egress", "endpoint")
    database = of(commands, "database", "database")
    assert (database.get("MultiAZ"), database["DeletionProtection"]) == (False, True), "a single setting wins"
    assert ("role", "role.monitoring") not in named(commands.census())
    before = commands.census()
    assert commands("teardown", "--yes", "--skip-final-snapshot") == 4
    assert "deletion_protection" in commands.err
    assert commands.census() == before
    commands.settings = PRODUCTION + "[database]\nmulti_az = false\ndeletion_protection = false\n"
    commands.done("up", "--egress", "endpoint")
    commands.forget_state()
    commands.done("teardown", "--yes", "--skip-final-snapshot")
    assert commands.census() == []


def test_what_watches_is_repaired(commands: Commands) -> None:
    commands.settings = PRODUCTION + "[database]\nmulti_az = false\n"
    commands.done("up", "--egress", "endpoint")
    made = commands.census()
    client = commands.account.client
    flow = client("ec2").describe_flow_logs()["FlowLogs"][0]["FlowLogId"]
    client("ec2").delete_flow_logs(FlowLogIds=[flow])
    client("rds").modify_db_instance(
        DBInstanceIdentifier="lambda-rds-database",
        CloudwatchLogsExportConfiguration={"DisableLogTypes": ["upgrade"]},
    )
    client("logs").delete_retention_policy(logGroupName="/aws/vpc/lambda-rds-flow-logs")
    commands.done("status")
    assert "log exports: postgresql -> postgresql, upgrade" in commands.out
    assert "retention: for ever -> 365 days" in commands.out
    commands.done("up", "--egress", "endpoint")
    assert commands.census() == made
