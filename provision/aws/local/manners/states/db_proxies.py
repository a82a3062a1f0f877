"""DB proxies: creating, available, modifying, deleting; and the way of a target's health.

AWS: a target goes from REGISTERING through UNAVAILABLE with PENDING_PROXY_CAPACITY to AVAILABLE, or to what is wrong.
"""

from __future__ import annotations

from typing import Any

from moto.rds.models import DBProxy, DBProxyTarget

from provision.aws.local.account import Account
from provision.aws.local.corrections import db_proxies, db_proxy_targets  # noqa: F401 - the targets first: their health is overlaid here
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.health import REGISTERING, Health
from provision.aws.local.manners import durations
from provision.aws.local.manners.kept import outcome_of
from provision.aws.local.manners.view import Seen, View, really, stamp, times, view
from provision.aws.local.wire import Call, Refusal

KIND = "db-proxy"
PENDING = Health(
    "UNAVAILABLE", "PENDING_PROXY_CAPACITY", "DBProxy Target is waiting for proxy to scale to desired capacity"
)


def _status(moment: View, proxy: Any, value: str) -> str:
    if "deleting" in times(proxy):
        return "deleting"
    if moment.young(proxy, "created", durations.PROXY_CREATE):
        return "creating"
    if ending := getattr(proxy, "manners_outcome", ""):
        return str(ending)
    if value == "available" and moment.young(proxy, "modified", durations.PROXY_MODIFY):
        return "modifying"
    return value


def _health(moment: View, target: Any, value: Health) -> Health:
    if moment.young(target, "registered", durations.TARGET_REGISTER):
        return REGISTERING
    return PENDING if moment.young(target, "registered", durations.TARGET_AVAILABLE) else value


DBProxy.status = Seen("status", _status)  # type: ignore[assignment]  # moto's is a plain attribute
DBProxyTarget.health = Seen("health", _health, default=REGISTERING)  # type: ignore[attr-defined]  # made up in `corrections`


def begin(call: Call, result: dict[str, Any]) -> None:
    """From creating on."""
    proxy = db_proxies.proxy_of(call)
    stamp(proxy, "created")
    proxy.manners_outcome = outcome_of(call, KIND)
    result["DBProxy"]["Status"] = proxy.status


def begin_change(call: Call, result: dict[str, Any]) -> None:
    """Half a minute of modifying."""
    proxy = call.backend.db_proxies[result["DBProxy"]["DBProxyName"]]
    stamp(proxy, "modified")
    result["DBProxy"]["Status"] = proxy.status


def begin_target(call: Call) -> None:
    """From REGISTERING on."""
    group = db_proxies.proxy_of(call).proxy_target_groups[call.params.get("TargetGroupName") or "default"]
    for target in group.targets:
        if "registered" not in times(target):
            stamp(target, "registered")


def delete(call: Call) -> dict[str, Any]:
    """A minute of deleting, with the interfaces and the name kept."""
    proxy = db_proxies.proxy_of(call)
    if not view().pace:
        return db_proxies.delete(call)
    if proxy.status == "creating":
        raise Refusal(
            "InvalidDBProxyStateFault", f"DB Proxy {proxy.db_proxy_name} is in an unsupported state - creating"
        )
    before = really(proxy, "status")
    answered = db_proxies.delete(call)
    proxy.status = before  # its pooler goes when the proxy does
    stamp(proxy, "deleting")
    return answered


def sweep(account: Account) -> bool:
    """Let go of what is due; whether anything was."""
    due = [(rds, one) for rds in account.regions("rds").values() for one in rds.db_proxies.values() if _due(one)]
    for rds, proxy in due:
        rds.delete_db_proxy(proxy.db_proxy_name)
    return bool(due)


def _due(proxy: Any) -> bool:
    return "deleting" in times(proxy) and not view().young(proxy, "deleting", durations.PROXY_DELETE)


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.amend["rds:CreateDBProxy"].append(begin)
    table.amend["rds:ModifyDBProxy"].append(begin_change)
    table.after["rds:RegisterDBProxyTargets"].append(begin_target)
    table.instead["rds:DeleteDBProxy"] = delete
