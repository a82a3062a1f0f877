"""Whether a connection gets from one end in the account's network to another, as EC2 would have it.

Security groups on both sides, network ACLs on both ways; to the outside DNS, routes, NAT gateways or an endpoint.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from provision.aws.local import lookup

ANYWHERE = "0.0.0.0/0"
HTTPS = 443
ANSWERS = 40_000
"""A port out of those that a client's answers come back to."""


@dataclass(frozen=True)
class End:
    """What stands in the network: its groups' ids, and moto's subnets."""

    groups: Sequence[str]
    subnets: Sequence[Any]

    @property
    def nets(self) -> list[str]:
        return [one.cidr_block for one in self.subnets]


def end(ec2: Any, groups: Sequence[str], subnets: Sequence[str]) -> End:
    """Subnets that are gone are left out."""
    known = {one.id: one for one in lookup.subnets(ec2)}
    return End(tuple(groups), tuple(known[one] for one in subnets if one in known))


def groups_allow(ec2: Any, source: End, target: End, port: int) -> bool:
    """Whether the security groups of both let it pass."""
    out_of = [rule for one in source.groups for rule in _rules(ec2, one, "egress_rules")]
    into = [rule for one in target.groups for rule in _rules(ec2, one, "ingress_rules")]
    return any(_admits(rule, port, target.groups, target.nets) for rule in out_of) and any(
        _admits(rule, port, source.groups, source.nets) for rule in into
    )


def within_vpc(ec2: Any, source: End, target: End, port: int) -> bool:
    """Within one VPC: the groups, and the ACLs between the first subnets of the two."""
    if not source.subnets or not target.subnets or source.subnets[0].vpc_id != target.subnets[0].vpc_id:
        return False
    near, far = source.subnets[0], target.subnets[0]
    return groups_allow(ec2, source, target, port) and (near.id == far.id or _acls(ec2, near, far, port))


def to_secrets(ec2: Any, source: End, region: str) -> bool:
    """To Secrets Manager: by the VPC's endpoint if its name leads there, else to the internet."""
    if not source.subnets:
        return False
    vpc = ec2.vpcs.get(source.subnets[0].vpc_id)
    if vpc is None or not _on(vpc.enable_dns_support):
        return False
    endpoint = secrets_endpoint(ec2, vpc, region)
    if endpoint is None:
        return to_internet(ec2, source, HTTPS)
    return within_vpc(ec2, source, end(ec2, endpoint.security_group_ids, endpoint.subnet_ids or []), HTTPS)


def secrets_endpoint(ec2: Any, vpc: Any, region: str) -> Any | None:
    """The VPC's endpoint that Secrets Manager's name leads to."""
    name = f"com.amazonaws.{region}.secretsmanager"
    here = [one for one in ec2.vpc_end_points.values() if (one.vpc_id, one.service_name) == (vpc.id, name)]
    named = [one for one in here if one.private_dns_enabled and _on(vpc.enable_dns_hostnames)]
    return next((one for one in named if one.state == "available"), None)


def resolves(ec2: Any, source: End) -> bool:
    """Whether names can be looked up where `source` stands."""
    vpc = ec2.vpcs.get(source.subnets[0].vpc_id) if source.subnets else None
    return vpc is not None and _on(vpc.enable_dns_support)


def to_internet(ec2: Any, source: End, port: int) -> bool:
    """To the internet, over a NAT gateway: AWS gives functions no public address."""
    subnet = source.subnets[0]
    out_of = [rule for one in source.groups for rule in _rules(ec2, one, "egress_rules")]
    if not any(_admits(rule, port, (), [ANYWHERE]) for rule in out_of) or not _both_ways(ec2, subnet, ANYWHERE, port):
        return False
    route = _default(ec2, subnet)
    gateway = ec2.nat_gateways.get(route.nat_gateway.id) if route and route.nat_gateway else None
    if gateway is None or gateway.state != "available":
        return False
    public = next((one for one in lookup.subnets(ec2) if one.id == gateway.subnet_id), None)
    onward = _default(ec2, public) if public else None
    attached = onward is not None and getattr(onward.gateway, "vpc", None) is not None
    return attached and _acls(ec2, subnet, public, port) and _both_ways(ec2, public, ANYWHERE, port)


def _on(flag: Any) -> bool:
    return str(flag).lower() == "true"


def _default(ec2: Any, subnet: Any) -> Any:
    tables = [one for one in ec2.route_tables.values() if one.vpc_id == subnet.vpc_id]
    own = next((one for one in tables if any(a.get("SubnetId") == subnet.id for a in one.associations)), None)
    table = own or next((one for one in tables if one.main_association_id), None)
    return next((one for one in table.routes if one.destination_cidr_block == ANYWHERE), None) if table else None


def _acls(ec2: Any, near: Any, far: Any, port: int) -> bool:
    """AWS: an ACL keeps no state, so that each of the two is passed both ways."""
    return _both_ways(ec2, near, far.cidr_block, port) and (
        _passes(ec2, far, near.cidr_block, port, egress=False)
        and _passes(ec2, far, near.cidr_block, ANSWERS, egress=True)
    )


def _both_ways(ec2: Any, subnet: Any, net: str, port: int) -> bool:
    return _passes(ec2, subnet, net, port, egress=True) and _passes(ec2, subnet, net, ANSWERS, egress=False)


def _passes(ec2: Any, subnet: Any, net: str, port: int, *, egress: bool) -> bool:
    """AWS: the entry with the lowest number that fits decides."""
    for entry in sorted(_entries(ec2, subnet), key=lambda one: int(one.rule_number)):
        if _on(entry.egress) == egress and _protocol(entry, port) and _covers(entry.cidr_block, net):
            return bool(entry.rule_action == "allow")
    return False


def _entries(ec2: Any, subnet: Any) -> Iterator[Any]:
    for acl in ec2.network_acls.values():
        if any(one.subnet_id == subnet.id for one in acl._associations.values()):  # noqa: SLF001 - no other way to them
            yield from acl.network_acl_entries


def _protocol(entry: Any, port: int) -> bool:
    if str(entry.protocol) not in {"-1", "6", "tcp"}:
        return False
    return entry.port_range_from is None or int(entry.port_range_from) <= port <= int(entry.port_range_to)


def _covers(cidr: str | None, net: str) -> bool:
    return cidr is not None and ipaddress.IPv4Network(net).subnet_of(ipaddress.IPv4Network(cidr))


def _rules(ec2: Any, group_id: str, side: str) -> list[Any]:
    group = ec2.get_security_group_from_id(group_id)
    return list(getattr(group, side)) if group else []


def _admits(rule: Any, port: int, groups: Sequence[str], nets: Sequence[str]) -> bool:
    if str(rule.ip_protocol) not in {"-1", "tcp", "6"}:
        return False
    if str(rule.ip_protocol) != "-1" and not int(rule.from_port) <= port <= int(rule.to_port):
        return False
    if rule.source_group.get("GroupId") in groups:
        return True
    return any(_covers(rule.cidr_ipv4, net) for net in nets)
