"""RDS Proxy's target group and targets: moto has their nouns; the checks, the faults and the health are here."""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBProxyTarget

from provision.aws.local.corrections.db_instances import SERVED
from provision.aws.local.corrections.db_proxies import check_settled, proxy_of
from provision.aws.local.corrections.hooks import before, instead
from provision.aws.local.health import REGISTERING
from provision.aws.local.wire import Call, Refusal

DBProxyTarget.health = REGISTERING  # type: ignore[attr-defined]  # until the reconciler has looked


@before("rds:ModifyDBProxyTargetGroup", "rds:DeregisterDBProxyTargets")
def check_proxy(call: Call) -> None:
    """moto: KeyError."""
    check_settled(proxy_of(call))
    _group(call)


@before("rds:DeregisterDBProxyTargets")
def check_registered(call: Call) -> None:
    """moto: nothing happens for a target that is none."""
    known = {target.rds_resource_id for target in _group(call).targets}
    for asked in call.params.get("DBInstanceIdentifiers", []):
        if asked.lower() not in known:
            raise Refusal("DBProxyTargetNotFoundFault", f"DB target {asked} is not registered.", status=404)


@before("rds:RegisterDBProxyTargets")
def check_target(call: Call) -> None:
    """moto takes unknown instances, instances in any state, and the same one twice."""
    check_settled(proxy_of(call))
    targets = _group(call).targets
    for asked in call.params.get("DBInstanceIdentifiers", []):
        instance = call.backend.databases.get(asked.lower())
        if instance is None:
            raise Refusal("DBInstanceNotFound", f"DBInstance {asked} not found.", status=404)
        if any(target.rds_resource_id == asked.lower() for target in targets):
            raise Refusal("DBProxyTargetAlreadyRegisteredFault", f"DB target {asked} is already registered.")
        if targets:
            raise Refusal("DBProxyTargetAlreadyRegisteredFault", "A DB proxy has at most one target.")
        if instance.status not in SERVED:
            raise Refusal(
                "InvalidDBInstanceState",
                f"DB Instance {asked} is in an unsupported state - {instance.status.upper().replace('-', '_')}, "
                "needs to be in [AVAILABLE, MODIFYING, BACKING_UP]",
            )


@instead("rds:RegisterDBProxyTargets")
def register(call: Call) -> dict[str, Any]:
    """moto leaves out the target's address, and its health lasts for one look."""
    made = call.backend.register_db_proxy_targets(
        db_proxy_name=call.params["DBProxyName"],
        target_group_name=call.params.get("TargetGroupName") or "default",
        db_cluster_identifiers=[],
        db_instance_identifiers=[one.lower() for one in call.params.get("DBInstanceIdentifiers", [])],
    )
    for target in made:
        target.health = REGISTERING
    return {"DBProxyTargets": [_shown_target(call, target) for target in made]}


@instead("rds:DescribeDBProxyTargets")
def describe_targets(call: Call) -> dict[str, Any]:
    """moto: KeyError for an unknown proxy; neither reason, description nor address."""
    proxy_of(call)
    return {"Targets": [_shown_target(call, target) for target in _group(call).targets]}


def target_health(target: Any) -> dict[str, str]:
    """A target's health as AWS shows it."""
    state, reason, description = target.health
    health = {"State": state, "Reason": reason, "Description": description}
    return {name: value for name, value in health.items() if value}


def _shown_target(call: Call, target: Any) -> dict[str, Any]:
    instance = call.backend.databases.get(target.rds_resource_id)
    reachable = instance.reachable if instance else None
    shown = {
        "TargetArn": instance.arn if instance else None,
        "RdsResourceId": target.rds_resource_id,
        "Type": "RDS_INSTANCE",
        "Role": "READ_WRITE",
        "TargetHealth": target_health(target),
    }
    return {**shown, "Endpoint": reachable[0], "Port": reachable[1]} if reachable else {**shown, "Port": 5432}


@before("rds:DescribeDBProxyTargetGroups")
def check_groups(call: Call) -> None:
    """moto: KeyError."""
    proxy_of(call)
    if call.params.get("TargetGroupName"):
        _group(call)


def _group(call: Call) -> Any:
    name = call.params.get("TargetGroupName") or "default"
    groups = proxy_of(call).proxy_target_groups
    if name not in groups:
        raise Refusal("DBProxyTargetGroupNotFoundFault", f"DBProxyTargetGroup {name} not found.", status=404)
    return groups[name]
