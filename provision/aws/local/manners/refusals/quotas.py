"""Account limits, for those that the settings give a number. AWS: asking again does not help."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from provision.aws.local import lookup
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners.kept import table as setting
from provision.aws.local.wire import Call, Refusal

_GONE = frozenset({"deleted", "failed"})


@dataclass(frozen=True)
class Quota:
    """`used` counts what the call would add one to; `code` and `message` say that it is full."""

    action: str
    used: Callable[[Call], int]
    code: str
    message: str
    status: int = 400
    number: str = ""
    """Its code in Service Quotas."""


def _nat_gateways(call: Call) -> int:
    """AWS counts them by zone; pending, available and deleting ones."""
    ec2 = call.backend
    zone = ec2.get_subnet(call.params["SubnetId"]).availability_zone
    there = [one for one in ec2.nat_gateways.values() if one.state not in _GONE]
    return sum(ec2.get_subnet(one.subnet_id).availability_zone == zone for one in there)


def _in_vpc(name: str) -> Callable[[Call], int]:
    def used(call: Call) -> int:
        listed: Any = getattr(call.backend, name)
        return sum(one.vpc_id == call.params["VpcId"] for one in listed.values())

    return used


QUOTAS: Mapping[str, Quota] = {
    "vpcs": Quota(
        "ec2:CreateVpc",
        lambda call: len(call.backend.vpcs),
        "VpcLimitExceeded",
        "The maximum number of VPCs has been reached.",
        number="L-F678F1CE",
    ),
    "internet-gateways": Quota(
        "ec2:CreateInternetGateway",
        lambda call: len(call.backend.internet_gateways),
        "InternetGatewayLimitExceeded",
        "The maximum number of internet gateways has been reached.",
        number="L-A4707A72",
    ),
    "addresses": Quota(
        "ec2:AllocateAddress",
        lambda call: len(call.backend.addresses),
        "AddressLimitExceeded",
        "The maximum number of addresses has been reached.",
        number="L-0263D0A3",
    ),
    "nat-gateways": Quota(
        "ec2:CreateNatGateway",
        _nat_gateways,
        "NatGatewayLimitExceeded",
        "Performing this operation would exceed the limit of {} NAT gateways",
        number="L-FE5A380F",
    ),
    "subnets": Quota(
        "ec2:CreateSubnet",
        lambda call: sum(one.vpc_id == call.params["VpcId"] for one in lookup.subnets(call.backend)),
        "SubnetLimitExceeded",
        "The maximum number of subnets for this VPC has been reached.",
    ),
    "route-tables": Quota(
        "ec2:CreateRouteTable",
        _in_vpc("route_tables"),
        "RouteTableLimitExceeded",
        "The maximum number of route tables has been reached.",
    ),
    "security-groups": Quota(
        "ec2:CreateSecurityGroup",
        lambda call: sum(len(groups) for groups in call.backend.groups.values()),
        "SecurityGroupLimitExceeded",
        "The maximum number of security groups has been reached.",
    ),
    "vpc-endpoints": Quota(
        "ec2:CreateVpcEndpoint",
        _in_vpc("vpc_end_points"),
        "VpcEndpointLimitExceeded",
        "The maximum number of VPC endpoints has been reached.",
    ),
    "db-instances": Quota(
        "rds:CreateDBInstance",
        lambda call: len(call.backend.databases),
        "InstanceQuotaExceeded",
        "DB Instance quota exceeded",
        number="L-7B6409FD",
    ),
    "db-subnet-groups": Quota(
        "rds:CreateDBSubnetGroup",
        lambda call: len(call.backend.subnet_groups),
        "DBSubnetGroupQuotaExceeded",
        "DB subnet group quota exceeded",
    ),
    "db-proxies": Quota(
        "rds:CreateDBProxy",
        lambda call: len(call.backend.db_proxies),
        "DBProxyQuotaExceededFault",
        "You have reached your quota of {} DB proxies.",
    ),
    "roles": Quota(
        "iam:CreateRole",
        lambda call: len(call.backend.roles),
        "LimitExceeded",
        "Cannot exceed quota for RolesPerAccount: {}",
        status=409,
    ),
    "secrets": Quota(
        "secretsmanager:CreateSecret",
        lambda call: len(list(call.backend.secrets.values())),
        "LimitExceededException",
        "You have reached the maximum number of secrets.",
    ),
}


def _check(name: str, quota: Quota) -> Callable[[Call], None]:
    def check(call: Call) -> None:
        most = setting(call, "quotas").get(name)
        if most is not None and quota.used(call) >= most:
            raise Refusal(quota.code, quota.message.format(most), status=quota.status)

    return check


def tell(call: Call, result: dict[str, Any]) -> None:
    """Service Quotas knows the same numbers."""
    by_number = {quota.number: name for name, quota in QUOTAS.items() if quota.number}
    for service_quota in result.get("Quotas") or [result.get("Quota") or {}]:
        most = setting(call, "quotas").get(by_number.get(service_quota.get("QuotaCode", ""), ""))
        if most is not None:
            service_quota["Value"] = float(most)


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    for name, quota in QUOTAS.items():
        table.before[quota.action].append(_check(name, quota))
    for action in ("GetServiceQuota", "ListServiceQuotas"):
        table.amend[f"service-quotas:{action}"].append(tell)
