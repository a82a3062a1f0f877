"""What is written down about a stack beyond the function's own output: traffic, the database's log and its metrics."""

from __future__ import annotations

from provision.engine.resource import Steps
from provision.names import Names
from provision.resources.ec2.flow_log import FlowLog
from provision.resources.ec2.vpc import Vpc
from provision.resources.iam import policies
from provision.resources.iam.role import Role
from provision.resources.logs.log_group import LogGroup
from provision.resources.rds.monitoring import EXPORTS
from provision.settings import Settings


def flow_log(steps: Steps, settings: Settings, names: Names, *, vpc: Vpc) -> None:
    """A flow log of the VPC, with a role and a log group of its own."""
    logs = steps.add(LogGroup(key="logs.flow", name=names.flow_log_group, days=settings.network.flow_log_days))
    role = steps.add(
        Role(
            key="role.flow",
            name=names.role("flow"),
            service="vpc-flow-logs.amazonaws.com",
            source="ec2:vpc-flow-log/*",
            permissions=policies.FlowLogPermissions(log_group=names.flow_log_group),
            boundary=settings.iam.permissions_boundary,
        )
    )
    steps.add(FlowLog(key="flow-log", vpc=vpc, logs=logs, role=role))


def database_logs(steps: Steps, settings: Settings, names: Names) -> tuple[LogGroup, ...]:
    """A log group for each log that PostgreSQL exports. RDS would make them itself, keep them for ever, and leave them
    behind."""
    return tuple(
        steps.add(LogGroup(key=f"logs.{log}", name=names.database_log_group(log), days=settings.database.log_days))
        for log in EXPORTS
    )


def monitoring(steps: Steps, settings: Settings, names: Names) -> Role:
    """The role in which RDS writes Enhanced Monitoring's figures."""
    return steps.add(
        Role(
            key="role.monitoring",
            name=names.role("monitoring"),
            service="monitoring.rds.amazonaws.com",
            source=f"rds:db:{names.database}",
            permissions=policies.MonitoringPermissions(),
            boundary=settings.iam.permissions_boundary,
        )
    )
