"""DB instances and proxies in time."""

from __future__ import annotations

import json
from typing import Any

from provision.aws.local.manners import durations
from tests.manners.conftest import LifelikeAccount
from tests.manners.stack import code_of, database, network, role, subnet_group, text_of


def instance(account: LifelikeAccount) -> dict[str, Any]:
    return dict(account.client("rds").describe_db_instances(DBInstanceIdentifier="db")["DBInstances"][0])


def health(account: LifelikeAccount) -> dict[str, Any]:
    targets = account.client("rds").describe_db_proxy_targets(DBProxyName="proxy")["Targets"]
    return dict(targets[0]["TargetHealth"])


def proxy(account: LifelikeAccount, subnets: list[str]) -> dict[str, Any]:
    secret = account.client("secretsmanager").create_secret(
        Name="db", SecretString=json.dumps({"username": "postgres", "password": "not-a-real-one"})
    )
    made = account.client("rds").create_db_proxy(
        DBProxyName="proxy",
        EngineFamily="POSTGRESQL",
        Auth=[{"AuthScheme": "SECRETS", "SecretArn": secret["ARN"]}],
        RoleArn=role(account, "proxy", "rds"),
        VpcSubnetIds=subnets,
    )
    return dict(made["DBProxy"])


def test_an_instance_comes_with_its_endpoint_nearly_last(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    net = network(account)
    subnet_group(account, net)
    assert database(account, net)["DBInstanceStatus"] == "creating"
    account.engines_ready()
    assert "Endpoint" not in instance(account)
    account.advance(durations.DB_CREATE - durations.DB_BACKUP + 1)
    assert instance(account)["DBInstanceStatus"] == "backing-up"
    assert instance(account)["Endpoint"]["Port"] == 5432
    account.advance(durations.DB_BACKUP)
    assert instance(account)["DBInstanceStatus"] == "available"


def test_an_instance_is_not_available_before_its_engine(account: LifelikeAccount) -> None:
    net = network(account)
    subnet_group(account, net)
    assert database(account, net)["DBInstanceStatus"] == "creating"
    assert instance(account)["DBInstanceStatus"] == "creating"
    account.engines_ready()
    assert instance(account)["DBInstanceStatus"] == "available"


def test_an_instance_gets_no_read_replica(account: LifelikeAccount) -> None:
    net = network(account)
    subnet_group(account, net)
    database(account, net)
    replica = {"DBInstanceIdentifier": "replica", "SourceDBInstanceIdentifier": "db"}
    assert code_of(lambda: account.client("rds").create_db_instance_read_replica(**replica)) == "NotImplemented"
    assert len(account.client("rds").describe_db_instances()["DBInstances"]) == 1


def test_an_instance_stays_while_it_is_deleted(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    rds, net = account.client("rds"), network(account)
    subnet_group(account, net)
    database(account, net)
    account.engines_ready()
    delete = {"DBInstanceIdentifier": "db", "SkipFinalSnapshot": True}
    snapshot = {"DBInstanceIdentifier": "db", "FinalDBSnapshotIdentifier": "last"}
    assert code_of(rds.delete_db_instance, **snapshot) == "InvalidDBInstanceState"
    account.advance(durations.DB_CREATE + 1)
    assert rds.delete_db_instance(**delete)["DBInstance"]["DBInstanceStatus"] == "deleting"
    assert "already being deleted" in text_of(rds.delete_db_instance, **delete)
    assert code_of(rds.delete_db_subnet_group, DBSubnetGroupName="group") == "InvalidDBSubnetGroupStateFault"
    assert code_of(database, account=account, net=net) == "DBInstanceAlreadyExists"
    assert code_of(account.client("ec2").delete_security_group, GroupId=net.group) == "DependencyViolation"
    account.advance(durations.DB_DELETE + 1)
    assert code_of(rds.describe_db_instances, DBInstanceIdentifier="db") == "DBInstanceNotFound"
    rds.delete_db_subnet_group(DBSubnetGroupName="group")
    account.client("ec2").delete_security_group(GroupId=net.group)


def test_what_the_network_does_not_have_is_refused_in_the_words_of_rds(account: LifelikeAccount) -> None:
    rds, net = account.client("rds"), network(account)
    group = {"DBSubnetGroupName": "group", "DBSubnetGroupDescription": "one", "SubnetIds": ["subnet-1"]}
    assert code_of(rds.create_db_subnet_group, **group) == "InvalidParameterValue"
    assert text_of(rds.create_db_subnet_group, **group).startswith("Some input subnets in :")
    subnet_group(account, net)
    asked = {"account": account, "net": net, "VpcSecurityGroupIds": ["sg-1"]}
    assert code_of(database, **asked) == "InvalidParameterValue"
    assert text_of(database, **asked).startswith("Invalid security group")


def test_a_final_snapshot_is_taken_when_it_goes(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    rds, net = account.client("rds"), network(account)
    subnet_group(account, net)
    database(account, net)
    account.engines_ready()
    account.advance(durations.DB_CREATE + 1)
    rds.delete_db_instance(DBInstanceIdentifier="db", FinalDBSnapshotIdentifier="last")
    account.advance(durations.DB_DELETE + 1)
    snapshots = rds.describe_db_snapshots()["DBSnapshots"]
    assert [one["DBSnapshotIdentifier"] for one in snapshots] == ["last"]


def test_an_instance_is_modified_one_change_at_a_time(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    rds, net = account.client("rds"), network(account)
    subnet_group(account, net)
    database(account, net)
    account.engines_ready()
    account.advance(durations.DB_CREATE + 1)
    change = {"DBInstanceIdentifier": "db", "BackupRetentionPeriod": 3, "ApplyImmediately": True}
    rds.modify_db_instance(**change)
    assert instance(account)["DBInstanceStatus"] == "modifying"
    assert code_of(rds.modify_db_instance, **change) == "InvalidDBInstanceState"
    account.advance(durations.DB_MODIFY + 1)
    assert instance(account)["DBInstanceStatus"] == "available"


def test_an_instance_can_end_badly(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1, "outcomes": {"db-instance": "incompatible-network"}})
    net = network(account)
    subnet_group(account, net)
    database(account, net)
    account.engines_ready()
    assert instance(account)["DBInstanceStatus"] == "creating"
    account.advance(durations.DB_CREATE)
    assert instance(account)["DBInstanceStatus"] == "incompatible-network"


def test_a_proxy_and_its_target_take_their_time(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    rds, net = account.client("rds"), network(account)
    subnet_group(account, net)
    database(account, net)
    assert proxy(account, net.subnets)["Status"] == "creating"
    account.engines_ready()
    register = {"DBProxyName": "proxy", "DBInstanceIdentifiers": ["db"]}
    assert code_of(rds.register_db_proxy_targets, **register) == "InvalidDBProxyStateFault"
    assert code_of(rds.delete_db_proxy, DBProxyName="proxy") == "InvalidDBProxyStateFault"
    account.advance(durations.PROXY_CREATE + 1)
    assert "unsupported state - CREATING, needs to be in" in text_of(rds.register_db_proxy_targets, **register)
    account.advance(durations.DB_CREATE)
    rds.register_db_proxy_targets(**register)
    account.engines_ready()
    assert health(account) == {"State": "REGISTERING"}
    account.advance(durations.TARGET_REGISTER + 1)
    assert (health(account)["State"], health(account)["Reason"]) == ("UNAVAILABLE", "PENDING_PROXY_CAPACITY")
    assert health(account)["Description"]
    account.advance(durations.TARGET_CAPACITY)
    assert health(account) == {"State": "AVAILABLE"}


def test_a_proxy_keeps_its_name_and_interfaces_while_it_goes(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    rds, ec2, net = account.client("rds"), account.client("ec2"), network(account)
    proxy(account, net.subnets)
    account.engines_ready()
    account.advance(durations.PROXY_CREATE + 1)
    rds.modify_db_proxy(DBProxyName="proxy", IdleClientTimeout=60)
    assert code_of(rds.modify_db_proxy, DBProxyName="proxy", IdleClientTimeout=61) == "InvalidDBProxyStateFault"
    account.advance(durations.PROXY_MODIFY + 1)
    rds.delete_db_proxy(DBProxyName="proxy")
    assert rds.describe_db_proxies(DBProxyName="proxy")["DBProxies"][0]["Status"] == "deleting"
    assert code_of(rds.delete_db_proxy, DBProxyName="proxy") == "InvalidDBProxyStateFault"
    assert code_of(ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"
    account.advance(durations.PROXY_DELETE + 1)
    assert code_of(rds.describe_db_proxies, DBProxyName="proxy") == "DBProxyNotFoundFault"
    ec2.delete_subnet(SubnetId=net.subnets[0])


def test_what_is_gone_has_no_tags_to_ask_for(account: LifelikeAccount) -> None:
    """Else what was there a moment ago, and was found by its name, would look like somebody else's."""
    rds = account.client("rds")
    net = network(account)
    group = rds.create_db_subnet_group(
        DBSubnetGroupName="group", DBSubnetGroupDescription="for a test", SubnetIds=net.subnets
    )["DBSubnetGroup"]["DBSubnetGroupArn"]
    there = proxy(account, net.subnets)["DBProxyArn"]
    gone = there[:-1] + ("1" if there.endswith("0") else "0")
    assert [code_of(rds.list_tags_for_resource, ResourceName=arn) for arn in (group, there)] == ["", ""]
    assert code_of(rds.list_tags_for_resource, ResourceName=gone) == "DBProxyNotFoundFault"
    assert code_of(rds.list_tags_for_resource, ResourceName=f"{group}s") == "DBSubnetGroupNotFoundFault"
    tags = [{"Key": "a", "Value": "b"}]
    assert code_of(rds.add_tags_to_resource, ResourceName=gone, Tags=tags) == "DBProxyNotFoundFault"


def test_what_is_set_to_its_default_is_not_listed_as_set(account: LifelikeAccount) -> None:
    rds = account.client("rds")

    def listed(source: str | None, **value: str) -> dict[str, str]:
        if value:
            setting = [{"ParameterName": "rds.force_ssl", "ApplyMethod": "immediate", "ParameterValue": value["to"]}]
            rds.modify_db_parameter_group(DBParameterGroupName="mine", Parameters=setting)
        asked = {"Source": source} if source else {}
        parameters = rds.describe_db_parameters(DBParameterGroupName="mine", **asked)["Parameters"]
        return {one["ParameterName"]: one["ParameterValue"] for one in parameters}

    for major, default, other in (("17", "1", "0"), ("14", "0", "1")):
        rds.create_db_parameter_group(
            DBParameterGroupName="mine", DBParameterGroupFamily=f"postgres{major}", Description="mine"
        )
        assert (listed("user"), listed(None)) == ({}, {"rds.force_ssl": default})
        assert (listed("user", to=other), listed("system")) == ({"rds.force_ssl": other}, {})
        assert (listed("user", to=default), listed("system")) == ({}, {"rds.force_ssl": default})
        rds.delete_db_parameter_group(DBParameterGroupName="mine")
    assert code_of(rds.describe_db_parameters, DBParameterGroupName="mine") == "DBParameterGroupNotFound"


def test_the_subnet_group_has_its_arn_where_it_is_itself_described(account: LifelikeAccount) -> None:
    net = network(account)
    subnet_group(account, net)
    assert "DBSubnetGroupArn" not in database(account, net)["DBSubnetGroup"]
    assert instance(account)["DBSubnetGroup"]["DBSubnetGroupName"] == "group"
    assert "DBSubnetGroupArn" not in instance(account)["DBSubnetGroup"]
    assert "DBSubnetGroupArn" in account.client("rds").describe_db_subnet_groups()["DBSubnetGroups"][0]
