"""A /24 in one Availability Zone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.aws import ec2, tags, zones
from provision.engine.resource import READY, Change, Condition, Found, Refusal, Resource, settling
from provision.errors import CannotChange, Failed
from provision.resources.ec2 import obstacles
from provision.resources.ec2.listing import filtered, mine_or_recorded, of_stack
from provision.resources.ec2.vpc import Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import SubnetTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class Subnet(Resource["SubnetTypeDef"]):
    """A subnet in the zone with that index; `zones` are the user's choice of zones, empty to let us choose. What is
    launched in it gets no public address (FSBP EC2.15): a NAT gateway brings its own."""

    vpc: Vpc
    cidr: str
    zone_index: int
    zones: tuple[str, ...] = ()

    kind: ClassVar[str] = "subnet"
    several: ClassVar[bool] = True
    # AWS: CreateSubnet has no token, but it refuses a range that overlaps one that is there.
    repeatable: ClassVar[bool] = True
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("InvalidSubnet.Conflict"),)
    patience_up: ClassVar[float] = 2 * 60
    patience_down: ClassVar[float] = 60 * 60

    def find(self, run: Run) -> Sequence[Found[SubnetTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.SUBNETS)
        return [
            Found(id=one["SubnetId"], seen=one, owned=owned, attrs={"zone": one["AvailabilityZone"]})
            for one, owned in listed or self._in_its_place(run)
        ]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - CreateSubnet takes no token
        made = run.send.ec2.create_subnet(
            VpcId=run.id_of(self.vpc),
            CidrBlock=self.cidr,
            AvailabilityZone=self._zone(run),
            TagSpecifications=tags.specification(run, self, "subnet"),
        )
        return made["Subnet"]["SubnetId"]

    def condition(self, run: Run, found: Found[SubnetTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        state = found.seen["State"]
        if state.startswith("failed"):
            raise Failed(
                what=f"AWS could not make the {self.label}.",
                why=f"Its state is {state}.",
                hint="Run `teardown`, then `up`.",
            )
        return READY if state == "available" else settling(state)

    def drift(self, run: Run, found: Found[SubnetTypeDef]) -> Sequence[Change]:
        for field, have, want in (("address range", found.seen["CidrBlock"], self.cidr), *self._chosen(found)):
            if have != want:
                raise CannotChange(
                    what=f"The {self.label} has the {field} {have}, and the settings want {want}.",
                    why="AWS does not change it in place (network.cidr, network.zones).",
                    hint="Keep the value, or run `teardown` first.",
                )
        changes = tags.drift(run, self, found.seen.get("Tags"))
        if found.seen["MapPublicIpOnLaunch"]:
            changes.append(Change("public address on launch", "true", "false"))
        return changes

    def update(self, run: Run, found: Found[SubnetTypeDef], changes: Sequence[Change]) -> None:
        if any(change.field == "public address on launch" for change in changes):
            run.send.ec2.modify_subnet_attribute(SubnetId=found.id, MapPublicIpOnLaunch={"Value": False})
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[SubnetTypeDef]) -> None:
        with obstacles.explained(run, self, obstacles.SUBNET, found.id):
            run.send.ec2.delete_subnet(SubnetId=found.id)

    def _in_its_place(self, run: Run) -> Sequence[tuple[SubnetTypeDef, bool]]:
        """A subnet of our VPC with our range that is not ours would refuse ours."""
        vpcs = [] if run.ends(self) else self.vpc.ids(run)
        if not vpcs:
            return []
        listed = filtered(run, ec2.SUBNETS, {"vpc-id": vpcs})
        return [(one, bool(tags.mine(run, self, [one]))) for one in listed if one["CidrBlock"] == self.cidr]

    def _chosen(self, found: Found[SubnetTypeDef]) -> list[tuple[str, str, str]]:
        wanted = self.zones[self.zone_index : self.zone_index + 1]
        return [("zone", found.seen["AvailabilityZone"], zone) for zone in wanted]

    def _zone(self, run: Run) -> str:
        """The zone of the other subnet with our index, if there is one: the choice must survive a crash."""
        siblings = of_stack(run, ec2.SUBNETS)
        taken = {tags.read(one.get("Tags")).get(tags.KEY, "")[-1:]: one["AvailabilityZone"] for one in siblings}
        mine, other = "ab"[self.zone_index], "ab"[1 - self.zone_index]
        if mine in taken:
            return taken[mine]
        first, second = zones.choose(run, self.zones)
        if other in taken:
            return second if taken[other] == first else first
        return (first, second)[self.zone_index]
