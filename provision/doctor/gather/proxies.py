"""RDS Proxy's part of a picture."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provision.doctor.gather.reader import Reader
from provision.doctor.picture import Auth, Proxy, Target

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBProxyTypeDef

BORROW_SECONDS = 120
"""AWS's default."""
PORTS = {"MYSQL": 3306, "SQLSERVER": 1433}
"""AWS: by the family of engines, where a proxy listens whatever the database's port is; PostgreSQL's is 5432."""


def listed(reader: Reader) -> list[Any]:
    """Every proxy as AWS tells it."""
    pages = reader.aws.rds.get_paginator("describe_db_proxies")
    return reader.listed("the proxies", lambda: [one for page in pages.paginate() for one in page["DBProxies"]])


def proxy(reader: Reader, seen: DBProxyTypeDef | None) -> Proxy | None:
    """One of them with its targets and its pool."""
    if seen is None:
        return None
    name = seen["DBProxyName"]
    rds = reader.aws.rds
    targets = reader.listed("the proxy's target", lambda: rds.describe_db_proxy_targets(DBProxyName=name)["Targets"])
    pools = reader.listed(
        "the proxy's pool", lambda: rds.describe_db_proxy_target_groups(DBProxyName=name)["TargetGroups"]
    )
    borrow = next((one.get("ConnectionPoolConfig", {}).get("ConnectionBorrowTimeout") for one in pools), None)
    return Proxy(
        name=name,
        state=seen["Status"],
        address=seen.get("Endpoint", ""),
        subnets=tuple(seen.get("VpcSubnetIds", [])),
        groups=tuple(seen.get("VpcSecurityGroupIds", [])),
        role=seen.get("RoleArn", ""),
        require_tls=seen.get("RequireTLS", False),
        auth=tuple(
            Auth(secret=one.get("SecretArn", ""), iam=one.get("IAMAuth", "DISABLED")) for one in seen.get("Auth", [])
        ),
        targets=tuple(
            Target(
                database=one.get("RdsResourceId", ""),
                state=one.get("TargetHealth", {}).get("State", ""),
                reason=one.get("TargetHealth", {}).get("Reason", ""),
                description=one.get("TargetHealth", {}).get("Description", ""),
            )
            for one in targets
        ),
        borrow_seconds=BORROW_SECONDS if borrow is None else borrow,
        port=PORTS.get(seen.get("EngineFamily", ""), 5432),
    )
