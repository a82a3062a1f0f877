"""The way out of the private subnets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import READY, Change, Condition, Found, Refusal, Resource, leaving, settling
from provision.errors import Denied, Failed
from provision.resources.ec2.elastic_ip import ElasticIp
from provision.resources.ec2.internet_gateway import InternetGateway
from provision.resources.ec2.listing import mine_or_recorded
from provision.resources.ec2.route import Route
from provision.resources.ec2.subnet import Subnet

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import NatGatewayTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class NatGateway(Resource["NatGatewayTypeDef"]):
    """A public NAT gateway. `public_route` is what its own subnet goes out by; without it the gateway fails later."""

    subnet: Subnet
    address: ElasticIp
    internet_gateway: InternetGateway
    public_route: Route

    kind: ClassVar[str] = "NAT gateway"
    repeatable: ClassVar[bool] = False  # AWS remembers a token for a day at most, and an emulator none
    several: ClassVar[bool] = True
    usual_up: ClassVar[float] = 115
    patience_up: ClassVar[float] = 10 * 60
    usual_down: ClassVar[float] = 60
    patience_down: ClassVar[float] = 30 * 60
    # AWS: right after a gateway is gone its address is not free yet.
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("Resource.AlreadyAssociated"),)

    def find(self, run: Run) -> Sequence[Found[NatGatewayTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.NAT_GATEWAYS)
        # AWS: deleted gateways stay listed for about an hour, failed ones vanish by themselves in that time.
        row = run.recorded(self)
        making = row.id if row is not None and row.status == "creating" else ""
        return [
            Found(id=one["NatGatewayId"], seen=one, owned=owned, made=one["CreateTime"].isoformat())
            for one, owned in listed
            if one["State"] != "deleted" and (one["State"] != "failed" or one["NatGatewayId"] == making)
        ]

    def create(self, run: Run, token: str) -> str:
        self._insist_on_a_way_out(run)
        made = run.send.ec2.create_nat_gateway(
            SubnetId=run.id_of(self.subnet),
            AllocationId=run.id_of(self.address),
            ClientToken=token,
            TagSpecifications=tags.specification(run, self, "natgateway"),
        )
        return made["NatGateway"]["NatGatewayId"]

    def condition(self, run: Run, found: Found[NatGatewayTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        state = found.seen["State"]
        if state == "failed":
            raise Failed(
                what="AWS could not make the NAT gateway.",
                why=f"AWS: {found.seen.get('FailureMessage', 'no reason given')} ({found.seen.get('FailureCode', '')})",
                hint="Run the same command again: it makes another one.",
            )
        if state == "deleting":
            return leaving()
        return READY if state == "available" else settling(state)

    def drift(self, run: Run, found: Found[NatGatewayTypeDef]) -> Sequence[Change]:
        return tags.drift(run, self, found.seen.get("Tags"))

    def update(self, run: Run, found: Found[NatGatewayTypeDef], changes: Sequence[Change]) -> None:
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[NatGatewayTypeDef]) -> None:
        run.send.ec2.delete_nat_gateway(NatGatewayId=found.id)

    def _insist_on_a_way_out(self, run: Run) -> None:
        """AWS: where VPC Block Public Access is bidirectional, a NAT gateway is made, billed and lets nothing through;
        an exclusion shows in the subnet's own mode (VPC User Guide, "VPC BPA basics")."""
        seen = run.found(self.subnet).seen
        mode = seen.get("BlockPublicAccessStates", {}).get("InternetGatewayBlockMode", "off")
        if mode == "block-bidirectional":
            raise Denied(
                what="VPC Block Public Access is on here, and would let nothing through a NAT gateway.",
                why=f"The mode of {seen['SubnetId']} is {mode}.",
                hint='Set network.egress = "endpoint", or have an exclusion made for that subnet that allows egress; '
                "then run the same command again.",
            )
