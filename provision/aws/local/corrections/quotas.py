"""Account quotas, and what of them is used."""

from __future__ import annotations

from typing import Any

from provision.aws.local.corrections.hooks import instead
from provision.aws.local.wire import Call, Refusal

QUOTAS = {
    ("vpc", "L-F678F1CE"): ("VPCs per Region", 5.0),
    ("vpc", "L-FE5A380F"): ("NAT gateways per Availability Zone", 5.0),
    ("vpc", "L-A4707A72"): ("Internet gateways per Region", 5.0),
    ("ec2", "L-0263D0A3"): ("EC2-VPC Elastic IPs", 5.0),
    ("rds", "L-7B6409FD"): ("DB instances", 40.0),
    ("lambda", "L-B99A9384"): ("Concurrent executions", 1000.0),
}
"""AWS: the defaults of a new account."""


def _quota(service: str, code: str) -> dict[str, Any]:
    name, value = QUOTAS[service, code]
    return {
        "ServiceCode": service,
        "QuotaCode": code,
        "QuotaName": name,
        "Value": value,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
    }


@instead("service-quotas:GetServiceQuota")
def get(call: Call) -> dict[str, Any]:
    """moto knows the quotas of VPC alone."""
    asked = (call.params["ServiceCode"], call.params["QuotaCode"])
    if asked not in QUOTAS:
        raise Refusal("NoSuchResourceException", "The request failed because the specified service does not exist.")
    return {"Quota": _quota(*asked)}


@instead("service-quotas:GetAWSDefaultServiceQuota")
def get_default(call: Call) -> dict[str, Any]:
    """moto: not implemented."""
    return get(call)


@instead("service-quotas:ListServiceQuotas")
def listed(call: Call) -> dict[str, Any]:
    """moto: not implemented."""
    return {"Quotas": [_quota(*one) for one in QUOTAS if one[0] == call.params["ServiceCode"]]}


@instead("rds:DescribeAccountAttributes")
def rds_account(call: Call) -> dict[str, Any]:
    """moto: not implemented."""
    rds = call.backend
    used = {
        "DBInstances": (len(rds.databases), 40),
        "AllocatedStorage": (sum(int(one.allocated_storage) for one in rds.databases.values()), 100_000),
        "ManualSnapshots": (sum(one.snapshot_type == "manual" for one in rds.database_snapshots.values()), 100),
        "DBSubnetGroups": (len(rds.subnet_groups), 50),
        "DBParameterGroups": (len(rds.db_parameter_groups), 50),
    }
    return {
        "AccountQuotas": [
            {"AccountQuotaName": name, "Used": number, "Max": most} for name, (number, most) in used.items()
        ]
    }
