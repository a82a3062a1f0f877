"""Settings that change in the life of a stack."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from provision.aws.local.wire import Answer, Call
from tests.fresh import Provision, settings
from tests.served import Served

MULTI_AZ = "[database]\nmulti_az = true\n"


def ceiling(cloud: Served) -> int | None:
    (instance,) = cloud.client("rds").describe_db_instances()["DBInstances"]
    found: int | None = instance.get("MaxAllocatedStorage")
    return found


def test_storage_that_does_not_grow_from_the_start_and_later(cloud: Served, provision: Provision) -> None:
    """AWS: a ceiling that equals the storage is refused when the database is made."""
    for limit, wanted in ((20, None), (100, 100), (20, None)):
        settings(f"[database]\nmax_storage_gib = {limit}\n")
        provision("up").well()
        assert ceiling(cloud) == wanted
        provision("plan", "--detailed-exitcode").well()


def not_in_the_first_zone(call: Call, following: Callable[[Call], Answer]) -> Answer:
    answer = following(call)
    if call.action != "DescribeOrderableDBInstanceOptions":
        return answer
    return replace(answer, body=answer.body.replace(b"eu-west-1a", b"eu-west-1c"))


def test_a_class_that_is_not_offered_in_the_stacks_zones(cloud: Served, provision: Provision) -> None:
    """AWS would refuse it when all but the database is there."""
    cloud.aws.around.append(not_in_the_first_zone)
    settings(MULTI_AZ)
    told = provision("up")
    assert told.code == 2
    assert "db.t3.small is not offered in eu-west-1a" in told.err
    assert '["eu-west-1b", "eu-west-1c"]' in told.err
    assert cloud.census() == []
    settings('[network]\nzones = ["eu-west-1b", "eu-west-1c"]\n' + MULTI_AZ)
    provision("up").well()
    cloud.aws.around.remove(not_in_the_first_zone)


def test_a_way_out_is_shut_once_the_other_one_is_there(cloud: Served, provision: Provision) -> None:
    """The function reads the secret at any moment."""
    provision("up").well()
    cloud.manners.reset_calls()
    provision("up", "--egress", "endpoint").well()
    sent = [call["action"] for call in cloud.manners.calls() if call["mutating"]]
    order = [
        sent.index(one) for one in ("CreateVpcEndpoint", "DeleteNetworkAclEntry", "DeleteRoute", "DeleteNatGateway")
    ]
    assert order == sorted(order), sent


def test_something_to_remove_is_something_to_do_and_still_there(cloud: Served, provision: Provision) -> None:
    settings("[network]\nflow_logs = true\n")
    provision("up").well()
    settings("")
    told = provision("plan", "--detailed-exitcode")
    assert (told.code, "remove   flow log" in told.out) == (7, True), told
    rows = {one["key"]: one for one in provision("--output", "json", "status").well().document["resources"]}
    (there,) = cloud.client("ec2").describe_flow_logs()["FlowLogs"]
    assert rows["flow-log"]["id"] == there["FlowLogId"]
    assert rows["flow-log"]["drift"] == ["no longer wanted"]
    assert "flow log: no longer wanted" in provision("status").well().out


def test_another_owner_while_there_is_no_database(cloud: Served, provision: Provision) -> None:
    """That of a database cannot change; one that is made anew gets the wanted one, and the secret says it."""
    provision("up").well()
    cloud.client("rds").delete_db_instance(DBInstanceIdentifier="lambda-rds-database", SkipFinalSnapshot=True)
    settings('[database]\nusername = "alice"\n')
    provision("up").well()
    (instance,) = cloud.client("rds").describe_db_instances()["DBInstances"]
    value = cloud.client("secretsmanager").get_secret_value(SecretId="lambda-rds/database")["SecretString"]
    assert (instance["MasterUsername"], json.loads(value)["username"]) == ("alice", "alice")
    provision("plan", "--detailed-exitcode").well()


def test_the_ports_tag_alone_is_no_other_port(cloud: Served, provision: Provision) -> None:
    provision("up").well()
    rds = cloud.client("rds")
    (instance,) = rds.describe_db_instances()["DBInstances"]
    for other in ("x", "6543"):
        rds.add_tags_to_resource(
            ResourceName=instance["DBInstanceArn"], Tags=[{"Key": "provision:port", "Value": other}]
        )
        assert "tag provision:port" in provision("plan").well().out
        provision("up").well()
        provision("plan", "--detailed-exitcode").well()


@pytest.mark.usefixtures("cloud")
def test_a_plan_tells_every_change_of_a_database_that_gets_a_new_role(provision: Provision) -> None:
    provision("up").well()
    settings('profile = "production"\n')
    plan = provision("--output", "json", "plan").well().document["plan"]
    (details,) = [step["details"] for step in plan if step["key"] == "database"]
    changed = {one.partition(":")[0] for one in details}
    assert changed == {
        "BackupRetentionPeriod",
        "DeletionProtection",
        "MonitoringInterval",
        "MultiAZ",
        "log exports",
        "role.monitoring",
    }
    provision("up").well()
    assert not provision("--output", "json", "plan").document["to_do"]


def test_a_boundary_is_part_of_what_is_in_an_account(cloud: Served, provision: Provision) -> None:
    """AWS: a list of roles leaves boundaries out; whatever compares accounts would take any two for the same."""
    boundary = "arn:aws:iam::123456789012:policy/boundary"
    settings(f'[iam]\npermissions_boundary = "{boundary}"\n')
    provision("up").well()
    (role,) = [one["properties"] for one in cloud.census() if one["kind"] == "role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary


def test_a_plan_tells_what_else_changes_of_a_stopped_database(cloud: Served, provision: Provision) -> None:
    """AWS changes nothing of it before it runs; `up` starts it and goes on to all of that."""
    provision("up").well()
    cloud.client("rds").stop_db_instance(DBInstanceIdentifier="lambda-rds-database")
    settings(MULTI_AZ)
    plan = provision("--output", "json", "plan").well().document["plan"]
    (details,) = [step["details"] for step in plan if step["key"] == "database"]
    assert [one.partition(":")[0] for one in details] == ["state", "MultiAZ"]
    provision("up").well()
    assert not provision("--output", "json", "plan").document["to_do"]


@pytest.mark.parametrize("word", ["enable-proxy", "disable-proxy"])
def test_what_cannot_change_in_place_is_refused_by_the_commands_for_the_proxy(
    cloud: Served, provision: Provision, word: str
) -> None:
    """The proxy would be let through to a port on which nobody listens, and be billed while that is waited for."""
    provision("up", *(["--proxy"] if word == "disable-proxy" else [])).well()
    before = cloud.census()
    settings("[database]\nport = 6543\n")
    told = provision(word)
    assert (told.code, "database.port 5432, and 6543 is wanted" in told.err) == (4, True), told
    assert cloud.census() == before


@pytest.mark.parametrize("word", ["up", "plan"])
def test_what_cannot_change_in_place_is_refused_while_aws_is_at_work_on_the_database(
    cloud: Served, provision: Provision, word: str
) -> None:
    """As in the minutes after another change. The doors between function and database would have moved by the end."""
    provision("up").well()
    before = cloud.census()
    settings("[database]\nport = 6543\n")
    looks = iter([b"modifying"] * 10)

    def busy(call: Call, following: Callable[[Call], Answer]) -> Answer:
        answer = following(call)
        if call.action != "DescribeDBInstances":
            return answer
        return replace(answer, body=answer.body.replace(b">available<", b">" + next(looks, b"available") + b"<", 1))

    cloud.aws.around.append(busy)
    told = provision(word)
    cloud.aws.around.remove(busy)
    assert (told.code, "database.port 5432, and 6543 is wanted" in told.err) == (4, True), told
    assert cloud.census() == before
