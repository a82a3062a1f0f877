"""What is in the account beyond AWS's own defaults."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from provision.aws.local import lookup
from provision.aws.local.account import Account

OTHERS = "other services"
"""Where the account keeps the names of services beyond the stack's that were asked to change something."""
GONE = frozenset({"deleted", "terminated", "failed"})


def listed(account: Account) -> list[str]:
    """Each thing as `kind id`, sorted; empty when the account is as AWS makes it."""
    with account.lock:
        found = [
            *_each(account, "ec2", _ec2),
            *_each(account, "rds", _rds),
            *_each(account, "iam", _iam),
            *_each(account, "secretsmanager", lambda one: [f"secret {name}" for name in one.secrets]),
            *_each(account, "lambda", lambda one: [f"function {name}" for name in one._lambdas._functions]),  # noqa: SLF001 - moto's, by name
            *_each(account, "logs", lambda one: [f"log group {name}" for name in one.groups]),
        ]
        others = account.extra.get(OTHERS, set())
        return sorted([*found, *(f"something of {service}" for service in others)])


def _each(account: Account, service: str, look: Any) -> Iterator[str]:
    for backend in account.regions(service).values():
        yield from look(backend)


def _ec2(ec2: Any) -> Iterator[str]:
    default = {vpc.id for vpc in ec2.vpcs.values() if vpc.is_default}
    yield from (f"vpc {one}" for one in ec2.vpcs if one not in default)
    yield from (f"subnet {one.id}" for one in lookup.subnets(ec2) if one.vpc_id not in default)
    yield from (f"internet gateway {one}" for one in ec2.internet_gateways)
    yield from (f"address {one.allocation_id}" for one in ec2.addresses)
    yield from (f"nat gateway {one.id}" for one in ec2.nat_gateways.values() if one.state not in GONE)
    yield from (f"endpoint {one.id}" for one in ec2.vpc_end_points.values() if one.state.lower() not in GONE)
    yield from (f"interface {one}" for one in ec2.enis)
    yield from (f"group {one.id}" for of in ec2.groups.values() for one in of.values() if not _is_default(one))
    yield from (f"instance {one.id}" for one in ec2.all_instances() if one.state not in GONE)
    yield from (f"volume {one}" for one in ec2.volumes)
    yield from (f"flow log {one}" for one in ec2.flow_logs)


def _is_default(group: Any) -> bool:
    return bool(group.name == "default")


def _rds(rds: Any) -> Iterator[str]:
    yield from (f"database {one}" for one in rds.databases)
    yield from (f"cluster {one}" for one in rds.clusters)
    yield from (f"snapshot {one}" for one in rds.database_snapshots)
    yield from (f"proxy {one}" for one in rds.db_proxies)
    yield from (f"subnet group {one}" for one in rds.subnet_groups)
    yield from (f"parameter group {one}" for one in rds.db_parameter_groups if not one.startswith("default."))


def _iam(iam: Any) -> Iterator[str]:
    yield from (f"role {one.name}" for one in iam.roles.values() if not one.path.startswith("/aws-service-role/"))
    yield from (f"user {one}" for one in iam.users)
    yield from (f"policy {one}" for one in iam.managed_policies if ":aws:policy/" not in one)
