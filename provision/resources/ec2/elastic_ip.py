"""The public address that the NAT gateway goes out with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.aws import ec2, tags
from provision.aws.refusals import code_of
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.errors import Failed
from provision.resources.ec2.listing import by_id, mine_or_recorded, of_stack
from provision.resources.ec2.obstacles import Own

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import AddressTypeDef

    from provision.engine.run import Run

HELD = "held by"


@dataclass(frozen=True, kw_only=True, eq=False)
class ElasticIp(Resource["AddressTypeDef"]):
    """An Elastic IP address; it costs money for as long as it is allocated."""

    kind: ClassVar[str] = "Elastic IP address"
    several: ClassVar[bool] = True
    repeatable: ClassVar[bool] = False  # AWS: AllocateAddress has neither a name nor a token
    patience_down: ClassVar[float] = 10 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (
        Refusal("InvalidIPAddress.InUse"),
        # AWS: for a while after its NAT gateway shows as deleted, releasing one's own address is refused like this.
        Refusal("AuthFailure", "permission to access the specified resource"),
    )

    def find(self, run: Run) -> Sequence[Found[AddressTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.ADDRESSES)
        return [
            Found(id=one["AllocationId"], seen=one, owned=owned, attrs={"address": one["PublicIp"]})
            for one, owned in listed
        ]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - AllocateAddress takes no token
        made = run.send.ec2.allocate_address(
            Domain="vpc", TagSpecifications=tags.specification(run, self, "elastic-ip")
        )
        return made["AllocationId"]

    def drift(self, run: Run, found: Found[AddressTypeDef]) -> Sequence[Change]:
        changes = tags.drift(run, self, found.seen.get("Tags"))
        if holder := _never_lets_go(run, found.seen):
            changes.append(Change(HELD, holder, "nothing"))
        return changes

    def update(self, run: Run, found: Found[AddressTypeDef], changes: Sequence[Change]) -> None:
        if any(change.field == HELD for change in changes):
            run.send.ec2.release_address(AllocationId=found.id)  # the next look finds none and takes another
            return
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[AddressTypeDef]) -> None:
        from botocore.exceptions import ClientError

        try:
            run.send.ec2.release_address(AllocationId=found.id)
        except ClientError as error:
            user = found.seen.get("InstanceId") or self._somebodys(run, found.seen.get("NetworkInterfaceId", ""))
            if code_of(error) != "InvalidIPAddress.InUse" or not user:
                raise
            raise Failed(
                what=f"The {self.label} {found.id} stays: something that is not this stack's uses it.",
                why=f"It is associated with {user}.",
                hint="Disassociate it, then run the same command again; everything else is removed meanwhile.",
            ) from error

    def _somebodys(self, run: Run, interface: str) -> str:
        """The interface that has the address, unless it is what a NAT gateway that is gone has still to let go of."""
        listed = by_id(run, ec2.NETWORK_INTERFACES, interface) if interface else []
        theirs = [one for one in listed if not one.get("Description", "").startswith("Interface for NAT Gateway")]
        # AWS lists a gateway for about an hour after it is gone, its interface with it; emulators describe none.
        if theirs and interface in Own.of(run).interfaces:
            return ""
        return f"network interface {interface}" if theirs else ""


def _never_lets_go(run: Run, seen: AddressTypeDef) -> str:
    """The NAT gateway that is gone and keeps the address for ever, as on an emulator; or empty. AWS says when it
    deleted one, and frees its address, which is then used again: somebody may have it in a list."""
    interface = seen.get("NetworkInterfaceId")
    listed = of_stack(run, ec2.NAT_GATEWAYS) if interface else []
    gone = [one for one in listed if one["State"] == "deleted" and "DeleteTime" not in one]
    held = ((one, each.get("NetworkInterfaceId")) for one in gone for each in one.get("NatGatewayAddresses", []))
    return next((one["NatGatewayId"] for one, held_by in held if held_by == interface), "")
