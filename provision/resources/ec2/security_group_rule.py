"""One door in one group."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import tags
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.resources.ec2 import rules
from provision.resources.ec2.security_group import SecurityGroup

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import SecurityGroupRuleTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class SecurityGroupRule(Resource["SecurityGroupRuleTypeDef"]):
    """TCP on one port between `group` and `peer`, another group or a range of addresses. `direction` is that of
    `group`: ingress or egress."""

    group: SecurityGroup
    direction: str
    port: int
    peer: SecurityGroup | str
    description: str

    kind: ClassVar[str] = rules.KIND
    # AWS: a group takes a rule only once; an untagged twin is drift of the group and gone by the next attempt.
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("InvalidPermission.Duplicate"),)

    @property
    def label(self) -> str:
        return f"rule {self.key.partition('.')[2]}"  # the kind's five words would fill the line

    def find(self, run: Run) -> Sequence[Found[SecurityGroupRuleTypeDef]]:
        listed = rules.of_stack(run)
        row = run.recorded(self)
        recorded = [rule for rule in listed if row is not None and rule["SecurityGroupRuleId"] == row.id]
        # The group is ours, so a recorded rule in it is too: it gets its tags back, and the door stays open meanwhile.
        return [Found(id=rule["SecurityGroupRuleId"], seen=rule) for rule in tags.mine(run, self, listed) or recorded]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - a group takes a rule only once
        ask: Any = {
            "GroupId": run.id_of(self.group),
            "IpPermissions": [self._permission(run)],
            "TagSpecifications": tags.specification(run, self, "security-group-rule"),
        }
        if self.direction == "egress":
            made: Any = run.send.ec2.authorize_security_group_egress(**ask)
        else:
            made = run.send.ec2.authorize_security_group_ingress(**ask)
        return str(made["SecurityGroupRules"][0]["SecurityGroupRuleId"])

    def drift(self, run: Run, found: Found[SecurityGroupRuleTypeDef]) -> Sequence[Change]:
        rule = found.seen
        have = (
            rule["GroupId"],
            rule["IsEgress"],
            rule["IpProtocol"],
            rule["FromPort"],
            rule["ToPort"],
            rules.peer(rule),
        )
        egress = self.direction == "egress"
        want = (run.id_of(self.group), egress, "tcp", self.port, self.port, self._peer(run))
        changes = tags.drift(run, self, rule.get("Tags"))
        if have != want:
            preposition = "to" if egress else "from"
            words = f"{self.direction} tcp {self.port} {preposition} {self._peer(run)}"
            changes.append(Change("rule", rules.words(rule), words))
        # An emulator may leave the description of a rule between groups out.
        if (described := rule.get("Description", self.description)) != self.description:
            changes.append(Change("description", described, self.description))
        return changes

    def update(self, run: Run, found: Found[SecurityGroupRuleTypeDef], changes: Sequence[Change]) -> None:
        fields = {change.field for change in changes}
        if "rule" in fields:
            rules.revoke(run, found.seen)  # the next look finds none and makes it anew
            return
        if "description" in fields:
            rules.describe_anew(run, found.seen, self._permission(run))
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[SecurityGroupRuleTypeDef]) -> None:
        rules.revoke(run, found.seen)

    def _peer(self, run: Run) -> str:
        return self.peer if isinstance(self.peer, str) else run.id_of(self.peer)

    def _permission(self, run: Run) -> dict[str, Any]:
        side = {"Description": self.description}
        if isinstance(self.peer, str):
            across: dict[str, Any] = {"IpRanges": [{"CidrIp": self.peer, **side}]}
        else:
            across = {"UserIdGroupPairs": [{"GroupId": run.id_of(self.peer), **side}]}
        return {"IpProtocol": "tcp", "FromPort": self.port, "ToPort": self.port, **across}
