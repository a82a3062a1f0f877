"""The database with its groups, and the proxy."""

from collections.abc import Callable
from typing import Any

from tests.resources.by_hand import Meddle, Outside, Table


def of_instance(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("rds").modify_db_instance(
        DBInstanceIdentifier=ids["database"], ApplyImmediately=True, **changed
    )


def of_proxy(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("rds").modify_db_proxy(DBProxyName=ids["proxy"], **changed)


def of_pool(**changed: Any) -> Meddle:
    return lambda aws, ids: aws("rds").modify_db_proxy_target_group(
        DBProxyName=ids["proxy"], TargetGroupName="default", ConnectionPoolConfig=changed
    )


def fewer_subnets(aws: Outside, ids: dict[str, str]) -> None:
    subnets = [ids["subnet.private-a"], ids["subnet.public-b"]]
    aws("rds").modify_db_subnet_group(DBSubnetGroupName=ids["database.subnets"], SubnetIds=subnets)


def no_tls(aws: Outside, ids: dict[str, str]) -> None:
    off = [{"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}]
    aws("rds").modify_db_parameter_group(DBParameterGroupName=ids["database.parameters"], Parameters=off)


def other_login(aws: Outside, ids: dict[str, str]) -> None:
    auth = aws("rds").describe_db_proxies(DBProxyName=ids["proxy"])["DBProxies"][0]["Auth"]
    weaker = [{**auth[0], "ClientPasswordAuthType": "POSTGRES_MD5"}]
    aws("rds").modify_db_proxy(DBProxyName=ids["proxy"], Auth=weaker)


def other_parameters(aws: Outside, ids: dict[str, str]) -> Callable[[], object]:
    rds, mine = aws("rds"), "mine"
    rds.create_db_parameter_group(DBParameterGroupName=mine, DBParameterGroupFamily="postgres17", Description=mine)
    rds.modify_db_instance(DBInstanceIdentifier=ids["database"], DBParameterGroupName=mine, ApplyImmediately=True)
    return lambda: rds.delete_db_parameter_group(DBParameterGroupName=mine)


def other_groups(aws: Outside, ids: dict[str, str]) -> None:
    groups = [ids["group.database"], ids["group.function"]]
    aws("rds").modify_db_instance(
        DBInstanceIdentifier=ids["database"], VpcSecurityGroupIds=groups, ApplyImmediately=True
    )


def untagged(aws: Outside, key: str) -> None:
    arn = aws("rds").describe_db_instances()["DBInstances"][0]["DBInstanceArn"]
    aws("rds").remove_tags_from_resource(ResourceName=arn, TagKeys=[key])


DATABASE: Table = {
    "class": ("database", "DBInstanceClass", of_instance(DBInstanceClass="db.t3.medium")),
    "storage's type": ("database", "StorageType", of_instance(StorageType="gp2")),
    "storage's ceiling": ("database", "MaxAllocatedStorage", of_instance(MaxAllocatedStorage=100)),
    "backups": ("database", "BackupRetentionPeriod", of_instance(BackupRetentionPeriod=1)),
    "both zones": ("database", "MultiAZ", of_instance(MultiAZ=True)),
    "protection": ("database", "DeletionProtection", of_instance(DeletionProtection=True)),
    "public": ("database", "PubliclyAccessible", of_instance(PubliclyAccessible=True)),
    "tags of snapshots": ("database", "CopyTagsToSnapshot", of_instance(CopyTagsToSnapshot=False)),
    "minor upgrades": ("database", "AutoMinorVersionUpgrade", of_instance(AutoMinorVersionUpgrade=False)),
    "its parameters": ("database", "DBParameterGroupName", other_parameters),
    "its groups": ("database", "VpcSecurityGroupIds", other_groups),
    "stopped": (
        "database",
        "state",
        lambda aws, ids: aws("rds").stop_db_instance(DBInstanceIdentifier=ids["database"]),
    ),
    "a tag": ("database", "tag Name", lambda aws, _: untagged(aws, "Name")),
    "its port's tag": ("database", "tag provision:port", lambda aws, _: untagged(aws, "provision:port")),
    "its password's tag": ("database", "MasterUserPassword", lambda aws, _: untagged(aws, "provision:secret")),
    "its logs": (
        "database",
        "log exports",
        of_instance(CloudwatchLogsExportConfiguration={"DisableLogTypes": ["upgrade"]}),
    ),
    "enhanced monitoring": ("database", "MonitoringInterval", of_instance(MonitoringInterval=60)),
    "a parameter": ("database.parameters", "rds.force_ssl", no_tls),
    "subnets": ("database.subnets", "subnets", fewer_subnets),
    "the subnet group's description": (
        "database.subnets",
        "description",
        lambda aws, ids: aws("rds").modify_db_subnet_group(
            DBSubnetGroupName=ids["database.subnets"],
            DBSubnetGroupDescription="mine",
            SubnetIds=[ids["subnet.private-a"], ids["subnet.public-b"]],
        ),
    ),
}
PROXY: Table = {
    "TLS": ("proxy", "RequireTLS", of_proxy(RequireTLS=False)),
    "idle time": ("proxy", "IdleClientTimeout", of_proxy(IdleClientTimeout=60)),
    "debug logging": ("proxy", "DebugLogging", of_proxy(DebugLogging=True)),
    "login": ("proxy", "Auth", other_login),
    "role": (
        "proxy",
        "RoleArn",
        lambda aws, ids: of_proxy(RoleArn=aws("iam").get_role(RoleName=ids["role.function"])["Role"]["Arn"])(aws, ids),
    ),
    "groups": (
        "proxy",
        "SecurityGroups",
        lambda aws, ids: of_proxy(SecurityGroups=[ids["group.function"]])(aws, ids),
    ),
    "the pool's size": ("proxy.pool", "MaxConnectionsPercent", of_pool(MaxConnectionsPercent=50)),
    "the pool's rest": ("proxy.pool", "MaxIdleConnectionsPercent", of_pool(MaxIdleConnectionsPercent=10)),
    "the pool's patience": ("proxy.pool", "ConnectionBorrowTimeout", of_pool(ConnectionBorrowTimeout=120)),
}
