"""What there is of RDS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provision.aws.local.manners.census.item import Item, chosen, tags_of
from provision.aws.local.manners.inside import Inside

_INSTANCE = (
    "DBInstanceIdentifier", "DBInstanceClass", "Engine", "EngineVersion", "DBInstanceStatus", "MasterUsername",
    "DBName", "AllocatedStorage", "MaxAllocatedStorage", "StorageType", "StorageEncrypted", "KmsKeyId", "MultiAZ",
    "PubliclyAccessible", "BackupRetentionPeriod", "PreferredBackupWindow", "PreferredMaintenanceWindow",
    "AutoMinorVersionUpgrade", "CopyTagsToSnapshot", "DeletionProtection", "IAMDatabaseAuthenticationEnabled",
    "EnabledCloudwatchLogsExports", "PerformanceInsightsEnabled", "MonitoringInterval", "EngineLifecycleSupport",
    "CACertificateIdentifier", "MonitoringRoleArn",
)  # fmt: skip
_PROXY = (
    "DBProxyName", "Status", "EngineFamily", "VpcId", "VpcSecurityGroupIds", "VpcSubnetIds", "Auth", "RoleArn",
    "RequireTLS", "IdleClientTimeout", "DebugLogging", "DefaultAuthScheme",
)  # fmt: skip


def items(inside: Inside, region: str) -> Iterator[Item]:
    """All of one Region."""
    for kind in (_instances, _subnet_groups, _parameter_groups, _snapshots, _proxies):
        yield from kind(inside, region)


def _tags(inside: Inside, region: str, arn: str) -> dict[str, str]:
    response = inside.ask("rds", "ListTagsForResource", region, ResourceName=arn) or {}
    return tags_of(response.get("TagList"))


def _instances(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("rds", "DescribeDBInstances", region, "DBInstances"):
        properties = chosen(one, *_INSTANCE)
        properties["subnet group"] = (one.get("DBSubnetGroup") or {}).get("DBSubnetGroupName")
        properties["groups"] = [group["VpcSecurityGroupId"] for group in one.get("VpcSecurityGroups", [])]
        properties["parameter groups"] = [group["DBParameterGroupName"] for group in one.get("DBParameterGroups", [])]
        properties["port"] = "given" if one.get("Endpoint") else "none"
        arn, name = one["DBInstanceArn"], one["DBInstanceIdentifier"]
        also = (one["DbiResourceId"],) if one.get("DbiResourceId") else ()
        yield Item(
            kind="database",
            id=arn,
            region=region,
            properties=properties,
            tags=_tags(inside, region, arn),
            called=name,
            also=also,
        )


def _subnet_groups(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("rds", "DescribeDBSubnetGroups", region, "DBSubnetGroups"):
        properties = chosen(one, "DBSubnetGroupName", "DBSubnetGroupDescription", "VpcId")
        properties["subnets"] = [subnet["SubnetIdentifier"] for subnet in one.get("Subnets", [])]
        arn, name = one["DBSubnetGroupArn"], one["DBSubnetGroupName"]
        tags = _tags(inside, region, arn)
        yield Item(kind="subnet group", id=arn, region=region, properties=properties, tags=tags, called=name)


def _parameter_groups(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("rds", "DescribeDBParameterGroups", region, "DBParameterGroups"):
        name = one["DBParameterGroupName"]
        if name.startswith("default."):
            continue
        properties = chosen(one, "DBParameterGroupName", "DBParameterGroupFamily", "Description")
        properties["set"] = _set(inside, region, name)
        arn = one["DBParameterGroupArn"]
        tags = _tags(inside, region, arn)
        yield Item(kind="parameter group", id=arn, region=region, properties=properties, tags=tags, called=name)


def _set(inside: Inside, region: str, group: str) -> dict[str, str]:
    """The parameters that a user has set."""
    listed = inside.listed(
        "rds", "DescribeDBParameters", region, "Parameters", DBParameterGroupName=group, Source="user"
    )
    return {one["ParameterName"]: one.get("ParameterValue", "") for one in listed if one.get("ParameterName")}


def _snapshots(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("rds", "DescribeDBSnapshots", region, "DBSnapshots"):
        if one["SnapshotType"] == "automated":  # called after the time, and gone with its instance
            continue
        properties = chosen(one, "DBSnapshotIdentifier", "DBInstanceIdentifier", "SnapshotType", "Status", "Encrypted")
        arn, name = one["DBSnapshotArn"], one["DBSnapshotIdentifier"]
        tags = {**tags_of(one.get("TagList")), **_tags(inside, region, arn)}
        # a snapshot carries its instance's tags, and is told apart by its own name
        properties["tags"] = tags
        yield Item(kind="snapshot", id=arn, region=region, properties=properties, called=name)


def _proxies(inside: Inside, region: str) -> Iterator[Item]:
    for one in inside.listed("rds", "DescribeDBProxies", region, "DBProxies"):
        name, arn = one["DBProxyName"], one["DBProxyArn"]
        properties: dict[str, Any] = {
            **chosen(one, *_PROXY),
            "target groups": list(_target_groups(inside, region, name)),
        }
        also = (arn.rpartition(":")[2],)
        tags = _tags(inside, region, arn)
        yield Item(kind="proxy", id=arn, region=region, properties=properties, tags=tags, called=name, also=also)


def _target_groups(inside: Inside, region: str, proxy: str) -> Iterator[dict[str, Any]]:
    for one in inside.listed("rds", "DescribeDBProxyTargetGroups", region, "TargetGroups", DBProxyName=proxy):
        targets = inside.listed(
            "rds",
            "DescribeDBProxyTargets",
            region,
            "Targets",
            DBProxyName=proxy,
            TargetGroupName=one["TargetGroupName"],
        )
        yield {
            **chosen(one, "TargetGroupName", "Status", "ConnectionPoolConfig"),
            "targets": [
                {
                    **chosen(target, "RdsResourceId", "Type"),
                    "health": chosen(target.get("TargetHealth", {}), "State", "Reason"),
                }
                for target in targets
            ],
        }
