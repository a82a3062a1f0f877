"""The rules of all the stack's groups, in one look."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from provision.aws import ec2
from provision.resources.ec2 import listing

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import SecurityGroupRuleTypeDef, SecurityGroupTypeDef

    from provision.engine.run import Run


KIND = "security group rule"


def named(run: Run, vpcs: Sequence[str], name: str) -> list[SecurityGroupTypeDef]:
    """The groups of that name in these VPCs, whoever made them."""
    return listing.filtered(run, ec2.SECURITY_GROUPS, {"vpc-id": vpcs, "group-name": [name]}) if vpcs else []


def of_stack(run: Run) -> list[SecurityGroupRuleTypeDef]:
    """Every rule in a group of this stack, also those that somebody else put there."""
    return _of(run, _groups(run))


def of_group(run: Run, group: str) -> list[SecurityGroupRuleTypeDef]:
    """The rules in one group of this stack. AWS: it may know a new group by its id before it lists it by its tags."""
    return [rule for rule in _of(run, _groups(run) | {group}) if rule["GroupId"] == group]


def _groups(run: Run) -> set[str]:
    return {group["GroupId"] for group in listing.of_stack(run, ec2.SECURITY_GROUPS)}


def _of(run: Run, groups: set[str]) -> list[SecurityGroupRuleTypeDef]:
    return listing.filtered(run, ec2.SECURITY_GROUP_RULES, {"group-id": sorted(groups)}) if groups else []


def recorded(run: Run) -> set[str]:
    """The rules in the state file's rows, by id. One of them in a group of ours is ours, even without its tags."""
    return {row.id for row in run.ledger.rows().values() if row.kind == KIND and row.id}


def revoke(run: Run, rule: SecurityGroupRuleTypeDef) -> None:
    """Take one rule out of its group."""
    named: Any = {"GroupId": rule["GroupId"], "SecurityGroupRuleIds": [rule["SecurityGroupRuleId"]]}
    if rule["IsEgress"]:
        run.send.ec2.revoke_security_group_egress(**named)
    else:
        run.send.ec2.revoke_security_group_ingress(**named)


def describe_anew(run: Run, rule: SecurityGroupRuleTypeDef, permission: Any) -> None:
    """Give one rule the description in `permission`; the door stays open meanwhile."""
    named: Any = {"GroupId": rule["GroupId"], "IpPermissions": [permission]}
    if rule["IsEgress"]:
        run.send.ec2.update_security_group_rule_descriptions_egress(**named)
    else:
        run.send.ec2.update_security_group_rule_descriptions_ingress(**named)


def lets_everything_out(group: SecurityGroupTypeDef) -> bool:
    """As AWS makes a group, says the group itself."""
    return any(one.get("IpProtocol") == "-1" for one in group.get("IpPermissionsEgress", []))


def between(run: Run, group: str) -> list[SecurityGroupRuleTypeDef]:
    """The rules in groups of this stack that are about two groups, of which one is `group`. AWS: they keep the group
    that they name from being deleted."""
    listed = _of(run, _groups(run) | {group})
    both = [(rule, rule["GroupId"], rule.get("ReferencedGroupInfo", {}).get("GroupId")) for rule in listed]
    return [rule for rule, own, other in both if other not in (None, own) and group in (own, other)]


def words(rule: SecurityGroupRuleTypeDef) -> str:
    """As people write it: `ingress tcp 22 from 0.0.0.0/0`."""
    direction, preposition = ("egress", "to") if rule["IsEgress"] else ("ingress", "from")
    protocol = "all" if rule.get("IpProtocol") == "-1" else rule.get("IpProtocol", "")
    ports = {rule.get("FromPort", -1), rule.get("ToPort", -1)} - {-1}
    port = " " + "-".join(str(one) for one in sorted(ports)) if ports else ""
    return f"{direction} {protocol}{port} {preposition} {peer(rule)}"


def peer(rule: SecurityGroupRuleTypeDef) -> str:
    """The other side: a range of addresses or a group's id."""
    group = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    return str(group or rule.get("CidrIpv4") or rule.get("CidrIpv6") or rule.get("PrefixListId") or "anything")
