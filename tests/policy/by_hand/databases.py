"""The database with its groups, and the proxy."""

from __future__ import annotations

import json

from tests.databases import SMALL
from tests.policy.by_hand.found import STACK, tagged
from tests.stage import REGION, Stage


def broken(stage: Stage) -> None:
    """A database that AWS says cannot heal by itself."""
    (instance,) = stage.account.backend("rds", REGION).databases.values()
    instance.status = "storage-full"


def stopped(stage: Stage) -> None:
    (instance,) = stage.account.backend("rds", REGION).databases.values()
    instance.status = "stopped"


def database(stage: Stage) -> None:
    """Of the database and its groups."""
    rds = stage.client("rds")
    name, parameters = f"{STACK}-database", f"{STACK}-database-postgres17"
    subnets = tagged(stage, "subnets", "Subnets")
    rds.modify_db_instance(DBInstanceIdentifier=name, BackupRetentionPeriod=1, ApplyImmediately=True)
    off = [{"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}]
    rds.modify_db_parameter_group(DBParameterGroupName=parameters, Parameters=off)
    fewer = [subnets[key]["SubnetId"] for key in ("subnet.private-a", "subnet.public-b")]
    rds.modify_db_subnet_group(DBSubnetGroupName=name, SubnetIds=fewer)
    rds.remove_tags_from_resource(
        ResourceName=rds.describe_db_instances()["DBInstances"][0]["DBInstanceArn"], TagKeys=["Name"]
    )


def no_database(stage: Stage) -> None:
    stage.client("rds").delete_db_instance(DBInstanceIdentifier=f"{STACK}-database", SkipFinalSnapshot=True)


def proxy(stage: Stage) -> None:
    rds = stage.client("rds")
    name = f"{STACK}-proxy"
    rds.modify_db_proxy(DBProxyName=name, RequireTLS=False)
    pool = {"MaxConnectionsPercent": 50}
    rds.modify_db_proxy_target_group(DBProxyName=name, TargetGroupName="default", ConnectionPoolConfig=pool)
    rds.deregister_db_proxy_targets(DBProxyName=name, DBInstanceIdentifiers=[f"{STACK}-database"])
    arn = rds.describe_db_proxies()["DBProxies"][0]["DBProxyArn"]
    rds.remove_tags_from_resource(ResourceName=arn, TagKeys=["Name"])


def other_target(stage: Stage) -> None:
    """Somebody has put another database behind the proxy."""
    rds = stage.client("rds")
    rds.deregister_db_proxy_targets(DBProxyName=f"{STACK}-proxy", DBInstanceIdentifiers=[f"{STACK}-database"])
    rds.create_db_instance(
        DBInstanceIdentifier="other",
        DBSubnetGroupName=f"{STACK}-database",
        VpcSecurityGroupIds=[tagged(stage, "security_groups", "SecurityGroups")["group.database"]["GroupId"]],
        **SMALL,
    )
    rds.register_db_proxy_targets(DBProxyName=f"{STACK}-proxy", DBInstanceIdentifiers=["other"])


def not_wanted(stage: Stage) -> None:
    """As a `disable-proxy` leaves it that was cut off before it removed anything."""
    (file,) = stage.state.glob("lambda-rds.json")
    told = json.loads(file.read_bytes())
    told["features"]["proxy"] = False
    file.write_text(json.dumps(told), encoding="utf-8")
