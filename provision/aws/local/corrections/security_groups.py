"""EC2 security groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from moto.ec2.models.security_groups import SecurityGroupRule

from provision.aws.local.corrections.hooks import after, before
from provision.aws.local.wire import Call, Refusal

Rule = tuple[str, int | None, int | None, str]


def _description(rule: Any) -> str | None:
    # moto: only that of a rule about addresses.
    description: str | None = rule.ip_range.get("Description") or rule.source_group.get("Description")
    return description


SecurityGroupRule.description = property(_description)  # type: ignore[assignment,method-assign]  # see its comment


@after("ec2:UpdateSecurityGroupRuleDescriptionsIngress", "ec2:UpdateSecurityGroupRuleDescriptionsEgress")
def describe_between_groups(call: Call) -> None:
    """moto takes a rule between groups for another one when its description is another."""
    group = call.backend.get_security_group_from_id(call.params["GroupId"])
    known = {_of_moto(rule): rule for rule in _rules(call, group)}
    for permission in call.params.get("IpPermissions", []):
        for pair in permission.get("UserIdGroupPairs", []):
            (asked,) = _asked({"IpPermissions": [{**permission, "IpRanges": [], "UserIdGroupPairs": [pair]}]})
            if asked in known:
                known[asked].source_group["Description"] = pair.get("Description", "")


@before("ec2:CreateSecurityGroup")
def check_vpc(call: Call) -> None:
    """moto makes a group in a VPC that is not there."""
    asked = call.params.get("VpcId")
    if asked and asked not in call.backend.vpcs:
        raise Refusal("InvalidVpcID.NotFound", f"The vpc ID '{asked}' does not exist")


@before("ec2:AuthorizeSecurityGroupIngress", "ec2:AuthorizeSecurityGroupEgress")
def check_duplicates(call: Call) -> None:
    """moto adds the rules before the first duplicate; AWS adds none."""
    group = call.backend.get_security_group_from_id(call.params.get("GroupId", ""))
    if group is None:
        return
    known = {_of_moto(rule) for rule in _rules(call, group)}
    for asked in _asked(call.params):
        if asked in known:
            raise Refusal(
                "InvalidPermission.Duplicate",
                f'the specified rule "peer: {asked[3]}, {asked[0]}, from port: {asked[1]}, to port: {asked[2]}, '
                'ALLOW" already exists',
            )


def _rules(call: Call, group: Any) -> list[Any]:
    return list(group.egress_rules if call.action.endswith("Egress") else group.ingress_rules)


def _of_moto(rule: Any) -> Rule:
    peer = rule.cidr_ipv4 or rule.cidr_ipv6 or rule.prefix_list_id or rule.source_group.get("GroupId") or ""
    return str(rule.ip_protocol), rule.from_port, rule.to_port, peer


def _asked(params: dict[str, Any]) -> Iterator[Rule]:
    for permission in params.get("IpPermissions", []):
        protocol = str(permission.get("IpProtocol"))
        ports = (None, None) if protocol == "-1" else (permission.get("FromPort"), permission.get("ToPort"))
        peers = [
            *(one.get("CidrIp") for one in permission.get("IpRanges", [])),
            *(one.get("CidrIpv6") for one in permission.get("Ipv6Ranges", [])),
            *(one.get("PrefixListId") for one in permission.get("PrefixListIds", [])),
            *(one.get("GroupId") for one in permission.get("UserIdGroupPairs", [])),
        ]
        for peer in peers:
            yield protocol, *ports, peer or ""
