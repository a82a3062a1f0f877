"""How the proxy pools."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws.refusals import or_none
from provision.engine.resource import READY, Change, Condition, Found, Property, Refusal, settling
from provision.resources.rds.proxy import Proxy
from provision.settings import Proxy as Wanted

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBProxyTargetGroupTypeDef

    from provision.engine.run import Run

GROUP = "default"
"""AWS: a proxy has this one target group, made with it."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ProxyPool(Property["DBProxyTargetGroupTypeDef"]):
    """The connection pool of the proxy's default target group."""

    proxy: Proxy
    wanted: Wanted

    kind: ClassVar[str] = "proxy's connection pool"
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("InvalidDBProxyStateFault"),)

    def find(self, run: Run) -> Sequence[Found[DBProxyTargetGroupTypeDef]]:
        if not run.knows(self.proxy) and not any(found.owned for found in self.proxy.find(run)):
            return []
        groups = or_none(
            lambda: run.look(
                ("target groups", self.proxy.name),
                lambda: run.aws.rds.describe_db_proxy_target_groups(DBProxyName=self.proxy.name)["TargetGroups"],
            )
        )
        return [Found(id=one["TargetGroupArn"], seen=one) for one in groups or () if one["TargetGroupName"] == GROUP]

    def condition(self, run: Run, found: Found[DBProxyTargetGroupTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        status = found.seen.get("Status", "available")
        return READY if status == "available" else settling(status)

    def drift(self, run: Run, found: Found[DBProxyTargetGroupTypeDef]) -> Sequence[Change]:  # noqa: ARG002 - its description says it
        have: Any = found.seen.get("ConnectionPoolConfig", {})
        return [
            Change(name, str(have.get(name, "default")), str(want))
            for name, want in self._pool().items()
            if have.get(name) != want
        ]

    def update(self, run: Run, found: Found[DBProxyTargetGroupTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - all at once
        pool: Any = self._pool()
        run.send.rds.modify_db_proxy_target_group(
            DBProxyName=self.proxy.name, TargetGroupName=GROUP, ConnectionPoolConfig=pool
        )

    def _pool(self) -> dict[str, int]:
        return {
            "MaxConnectionsPercent": self.wanted.max_connections_percent,
            "MaxIdleConnectionsPercent": self.wanted.max_connections_percent // 2,
            "ConnectionBorrowTimeout": self.wanted.borrow_timeout_seconds,
        }
