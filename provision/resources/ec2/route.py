"""One way out of a route table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.engine.resource import Change, Found, Refusal, Resource
from provision.resources.ec2.route_table import OUT, RouteTable

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import RouteTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class Route(Resource["RouteTypeDef"]):
    """A route through an internet gateway or a NAT gateway. It is the table's, so the table's tags say whose it is."""

    table: RouteTable
    target: Resource[Any]

    kind: ClassVar[str] = "route"
    several: ClassVar[bool] = True
    cures: ClassVar[tuple[Refusal, ...]] = (
        Refusal("RouteAlreadyExists"),
        Refusal("InvalidNatGatewayID.NotFound"),
        Refusal("InvalidGatewayID.NotFound"),
        # AWS: so it says, too, of a gateway that it does not see yet (terraform-provider-aws).
        Refusal("InvalidParameterException"),
        # AWS: so it says of an internet gateway whose attachment it does not see yet (aws/amazon-ecs-cli#26).
        Refusal("InvalidParameterValue", "belong to different networks"),
    )

    def find(self, run: Run) -> Sequence[Found[RouteTypeDef]]:
        return [
            Found(id=f"{table.id}:{OUT}", seen=route, owned=table.owned)
            for table in self.table.find(run)
            for route in table.seen.get("Routes", [])
            if route.get("DestinationCidrBlock") == OUT
        ]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - a table takes a destination only once
        table = run.id_of(self.table)
        run.send.ec2.create_route(RouteTableId=table, DestinationCidrBlock=OUT, **self._through(run))
        return f"{table}:{OUT}"

    def drift(self, run: Run, found: Found[RouteTypeDef]) -> Sequence[Change]:
        have = found.seen.get("NatGatewayId") or found.seen.get("GatewayId") or "something else"
        want = run.id_of(self.target)
        if found.seen.get("State") == "blackhole" and have == want:
            have = f"{have}, which is gone"
        return [Change("through", have, want)] if have != want else []

    def update(self, run: Run, found: Found[RouteTypeDef], changes: Sequence[Change]) -> None:  # noqa: ARG002 - one property
        # Replaced in one call, so that there is a way out at every moment.
        run.send.ec2.replace_route(RouteTableId=run.id_of(self.table), DestinationCidrBlock=OUT, **self._through(run))

    def delete(self, run: Run, found: Found[RouteTypeDef]) -> None:
        table, _, destination = found.id.partition(":")
        run.send.ec2.delete_route(RouteTableId=table, DestinationCidrBlock=destination)

    def _through(self, run: Run) -> dict[str, Any]:
        target = run.id_of(self.target)
        return {"NatGatewayId": target} if target.startswith("nat-") else {"GatewayId": target}
