"""The private network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import READY, Change, Condition, Found, Resource, leaving, settling
from provision.errors import CannotChange
from provision.resources.ec2 import obstacles
from provision.resources.ec2.listing import mine_or_recorded

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import VpcTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class Vpc(Resource["VpcTypeDef"]):
    """A VPC, whose DNS attributes are a step of their own."""

    cidr: str

    kind: ClassVar[str] = "VPC"
    repeatable: ClassVar[bool] = False  # AWS: CreateVpc has neither a name nor a token
    usual_up: ClassVar[float] = 5
    patience_down: ClassVar[float] = 20 * 60

    def find(self, run: Run) -> Sequence[Found[VpcTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.VPCS)
        return [Found(id=vpc["VpcId"], seen=vpc, owned=owned) for vpc, owned in listed]

    def ids(self, run: Run) -> Sequence[str]:
        """Of this stack's VPC, for those that are found by what it contains; empty while it is not there."""
        if run.knows(self):
            return [run.id_of(self)]
        return [found.id for found in self.find(run) if found.owned]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - CreateVpc takes no token
        made = run.send.ec2.create_vpc(CidrBlock=self.cidr, TagSpecifications=tags.specification(run, self, "vpc"))
        return made["Vpc"]["VpcId"]

    def condition(self, run: Run, found: Found[VpcTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        state = found.seen["State"]
        if state == "deleting":
            return leaving()
        return READY if state == "available" else settling(state)

    def drift(self, run: Run, found: Found[VpcTypeDef]) -> Sequence[Change]:
        if found.seen["CidrBlock"] != self.cidr:
            raise CannotChange(
                what=f"The VPC has the address range {found.seen['CidrBlock']}, and network.cidr is {self.cidr}.",
                why="AWS does not change a VPC's range in place.",
                hint="Keep the value, or run `teardown` first.",
            )
        return tags.drift(run, self, found.seen.get("Tags"))

    def update(self, run: Run, found: Found[VpcTypeDef], changes: Sequence[Change]) -> None:
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[VpcTypeDef]) -> None:
        with obstacles.explained(run, self, obstacles.VPC, found.id):
            run.send.ec2.delete_vpc(VpcId=found.id)
