"""The database behind the proxy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws.refusals import or_none
from provision.engine.resource import READY, Change, Condition, Found, Refusal, Resource, settling
from provision.resources.rds.instance import DbInstance
from provision.resources.rds.proxy import Proxy
from provision.resources.rds.proxy_pool import GROUP, ProxyPool

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBProxyTargetTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class ProxyTarget(Resource["DBProxyTargetTypeDef"]):
    """The instance as the proxy's target; ready once the proxy reaches it and may log in."""

    proxy: Proxy
    pool: ProxyPool
    instance: DbInstance
    rules: tuple[Resource[Any], ...] = ()
    """The group rules without which the target stays unreachable."""

    kind: ClassVar[str] = "proxy target"
    usual_up: ClassVar[float] = 90
    patience_up: ClassVar[float] = 15 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (
        # AWS: also for moments after the instance shows as available.
        Refusal("InvalidDBInstanceState"),
        Refusal("InvalidDBProxyStateFault"),
        Refusal("DBProxyTargetAlreadyRegisteredFault"),
    )

    def find(self, run: Run) -> Sequence[Found[DBProxyTargetTypeDef]]:
        if not run.knows(self.proxy) and not any(found.owned for found in self.proxy.find(run)):
            return []
        targets = or_none(
            lambda: run.look(
                ("targets", self.proxy.name),
                lambda: run.aws.rds.describe_db_proxy_targets(DBProxyName=self.proxy.name)["Targets"],
            )
        )
        # AWS: a proxy has one target; another than ours, put there by hand, is in its place.
        return [Found(id=one.get("RdsResourceId", ""), seen=one, attrs=_health(one)) for one in targets or ()]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - a proxy takes an instance only once
        run.send.rds.register_db_proxy_targets(
            DBProxyName=self.proxy.name, TargetGroupName=GROUP, DBInstanceIdentifiers=[run.id_of(self.instance)]
        )
        return run.id_of(self.instance)

    def condition(self, run: Run, found: Found[DBProxyTargetTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        """AWS: UNAVAILABLE is no failure for a while: the proxy finds its capacity, its role, and its way first."""
        health = found.attrs
        if health["health"] == "AVAILABLE" or found.id != self.instance.identifier:
            return READY
        return settling(" ".join(word for word in (health["health"], health["reason"], health["description"]) if word))

    def drift(self, run: Run, found: Found[DBProxyTargetTypeDef]) -> Sequence[Change]:  # noqa: ARG002 - its id says it
        ours = self.instance.identifier
        return [Change("target", found.id, ours)] if found.id != ours else []

    def update(self, run: Run, found: Found[DBProxyTargetTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - one property
        self.delete(run, found)  # the instance itself is left alone; the next look finds no target and registers ours

    def delete(self, run: Run, found: Found[DBProxyTargetTypeDef]) -> None:
        run.send.rds.deregister_db_proxy_targets(
            DBProxyName=self.proxy.name, TargetGroupName=GROUP, DBInstanceIdentifiers=[found.id]
        )


def _health(target: DBProxyTargetTypeDef) -> dict[str, str]:
    health = target.get("TargetHealth", {})
    return {
        "health": health.get("State", "UNKNOWN"),
        "reason": health.get("Reason", ""),
        "description": health.get("Description", ""),
    }
