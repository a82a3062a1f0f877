"""Where the function finds PostgreSQL: at the instance, or at the proxy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.engine.resource import Change, Condition, Found, Property
from provision.resources.awslambda import environment
from provision.resources.awslambda.function import Function, look
from provision.resources.rds.instance import DbInstance
from provision.resources.rds.proxy import PROXY_PORT
from provision.resources.rds.proxy_target import ProxyTarget

if TYPE_CHECKING:
    from mypy_boto3_lambda.type_defs import GetFunctionResponseTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class FunctionEndpoint(Property["GetFunctionResponseTypeDef"]):
    """The function's `DB_ENDPOINT_ADDRESS` and `DB_PORT`. With `via`, a healthy proxy target, they name the proxy."""

    function: Function
    instance: DbInstance
    via: ProxyTarget | None = None

    kind: ClassVar[str] = "function's endpoint"
    usual_up: ClassVar[float] = 10
    patience_up: ClassVar[float] = 10 * 60
    cures = Function.cures

    def find(self, run: Run) -> Sequence[Found[GetFunctionResponseTypeDef]]:
        return [Found(id=self.function.name, seen=one, attrs=_attrs(one)) for one in look(run, self.function.name)]

    def condition(self, run: Run, found: Found[GetFunctionResponseTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        return environment.condition(found)

    def drift(self, run: Run, found: Found[GetFunctionResponseTypeDef]) -> Sequence[Change]:
        have = environment.variables(found.seen["Configuration"])
        return environment.failed_update(run, self, found) + [
            Change(name, have.get(name, "absent"), want)
            for name, want in self._wanted(run).items()
            if have.get(name) != want
        ]

    def update(self, run: Run, found: Found[GetFunctionResponseTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - both at once
        environment.merge(run, found, self._wanted(run))

    def _wanted(self, run: Run) -> dict[str, str]:
        port = run.attr(self.instance, "port")
        if self.via is None:
            return {environment.ADDRESS: run.attr(self.instance, "endpoint"), environment.PORT: port}
        # An emulator that gave the database another port than the one asked for has its proxy there, too.
        as_asked = port == str(self.instance.wanted.port)
        return {
            environment.ADDRESS: run.attr(self.via.proxy, "endpoint"),
            environment.PORT: str(PROXY_PORT) if as_asked else port,
        }


def _attrs(one: GetFunctionResponseTypeDef) -> dict[str, str]:
    address = environment.address(one["Configuration"])
    return {"endpoint": address} if address else {}
