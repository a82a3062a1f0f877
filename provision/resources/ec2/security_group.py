"""A firewall around the network interfaces of one part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import READY, Change, Condition, Found, Resource, settling
from provision.resources.ec2 import obstacles, rules
from provision.resources.ec2.listing import mine_or_recorded
from provision.resources.ec2.vpc import Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import SecurityGroupTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class SecurityGroup(Resource["SecurityGroupTypeDef"]):
    """A group whose rules are steps of their own, so that groups may name each other. Any other rule in it is drift:
    the one that AWS puts into each new group (everything out), and whatever was added by hand."""

    vpc: Vpc
    name: str
    description: str

    kind: ClassVar[str] = "security group"
    several: ClassVar[bool] = True
    patience_down: ClassVar[float] = 60 * 60

    def find(self, run: Run) -> Sequence[Found[SecurityGroupTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.SECURITY_GROUPS)
        found = [Found(id=one["GroupId"], seen=one, owned=owned) for one, owned in listed]
        return found or self._namesake(run)

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - a VPC takes a group's name only once
        made = run.send.ec2.create_security_group(
            VpcId=run.id_of(self.vpc),
            GroupName=self.name,
            Description=self.description,
            TagSpecifications=tags.specification(run, self, "security-group"),
        )
        return made["GroupId"]

    def condition(self, run: Run, found: Found[SecurityGroupTypeDef]) -> Condition:
        """AWS describes the group and lists its rules from two places, of which one may be behind."""
        listed = any(rule["IsEgress"] and rule.get("IpProtocol") == "-1" for rule in rules.of_group(run, found.id))
        return READY if listed == rules.lets_everything_out(found.seen) else settling("its rules do not show yet")

    def drift(self, run: Run, found: Found[SecurityGroupTypeDef]) -> Sequence[Change]:
        extra = [Change("rule", rules.words(rule), "absent") for rule in self._extra(run, found.id)]
        return [*tags.drift(run, self, found.seen.get("Tags")), *extra]

    def update(self, run: Run, found: Found[SecurityGroupTypeDef], changes: Sequence[Change]) -> None:
        for rule in self._extra(run, found.id):
            rules.revoke(run, rule)
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[SecurityGroupTypeDef]) -> None:
        # Two groups that name each other, by rules added by hand, would hold each other for ever, and the VPC's default
        # group is never deleted.
        for rule in rules.between(run, found.id):
            rules.revoke(run, rule)
        # AWS: a group is held by the groups of its own VPC that name it, not by those of a peered one.
        with obstacles.explained(run, self, obstacles.GROUP, found.id, vpc=found.seen["VpcId"]):
            run.send.ec2.delete_security_group(GroupId=found.id)

    def _extra(self, run: Run, group: str) -> list[Any]:
        """Rules of this group that no step of the stack put there."""
        return [
            rule
            for rule in rules.of_group(run, group)
            if tags.read(rule.get("Tags")).get(tags.STACK) != run.stack.name
            and rule["SecurityGroupRuleId"] not in rules.recorded(run)
        ]

    def _namesake(self, run: Run) -> Sequence[Found[SecurityGroupTypeDef]]:
        """A group of our name in our VPC that is not ours would refuse ours."""
        named = [] if run.ends(self) else rules.named(run, self.vpc.ids(run), self.name)
        return [Found(id=one["GroupId"], seen=one, owned=bool(tags.mine(run, self, [one]))) for one in named]
