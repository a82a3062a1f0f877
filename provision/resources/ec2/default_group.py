"""The group that AWS makes with every VPC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import Change, Found, Property
from provision.resources.ec2 import rules
from provision.resources.ec2.listing import of_stack
from provision.resources.ec2.vpc import Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import SecurityGroupTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class DefaultSecurityGroup(Property["SecurityGroupTypeDef"]):
    """The VPC's default group, emptied of rules; it comes and goes with the VPC (CIS: no rule in a default group).
    It gets the stack's tags too: they say why it is empty, and one describe shows it with the stack's other groups."""

    vpc: Vpc

    kind: ClassVar[str] = "default security group"

    def find(self, run: Run) -> Sequence[Found[SecurityGroupTypeDef]]:
        vpcs = self.vpc.ids(run)
        mine = [one for one in tags.mine(run, self, of_stack(run, ec2.SECURITY_GROUPS)) if one["VpcId"] in vpcs]
        return [Found(id=group["GroupId"], seen=group) for group in mine or rules.named(run, vpcs, "default")]

    def drift(self, run: Run, found: Found[SecurityGroupTypeDef]) -> Sequence[Change]:
        counts = {
            "ingress rules": len(found.seen["IpPermissions"]),
            "egress rules": len(found.seen["IpPermissionsEgress"]),
        }
        extra = [Change(field, str(count), "0") for field, count in counts.items() if count]
        return [*tags.drift(run, self, found.seen.get("Tags")), *extra]

    def update(self, run: Run, found: Found[SecurityGroupTypeDef], changes: Sequence[Change]) -> None:
        """The tags first, and the rules at the next look: who may change only what carries them is not refused."""
        if tags.changed(changes):
            tags.mend_ec2(run, found.id, changes)
            return
        inward, outward = found.seen["IpPermissions"], found.seen["IpPermissionsEgress"]
        if inward:
            run.send.ec2.revoke_security_group_ingress(GroupId=found.id, IpPermissions=inward)
        if outward:
            run.send.ec2.revoke_security_group_egress(GroupId=found.id, IpPermissions=outward)
