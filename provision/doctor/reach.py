"""Whether a connection passes between two ends in a VPC: security groups on both sides, network ACLs on both ways.

Routes need no look between two subnets of one VPC: AWS's local route cannot be taken away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network

from provision.doctor.network import Acl, Entry, Group, Network, Rule, Subnet

TCP = ("tcp", "6", "-1")
EPHEMERAL = (32768, 60999)
"""The ports that a Linux client's answers come back to; both ends are tried."""
ANYWHERE = "0.0.0.0/0"


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a connection: what it is called, its subnets and its groups."""

    name: str
    subnets: Sequence[Subnet]
    groups: Sequence[Group]

    @property
    def nets(self) -> list[str]:
        return [subnet.cidr for subnet in self.subnets]


def leaves(source: End, target: End, port: int) -> bool:
    """Whether a group of `source` lets it out to all of `target`."""
    return _admitted(source.groups, target, port, egress=True)


def enters(source: End, target: End, port: int) -> bool:
    """Whether a group of `target` lets all of `source` in."""
    return _admitted(target.groups, source, port, egress=False)


def leaves_for_internet(source: End, port: int) -> bool:
    """Whether a group of `source` lets it out to addresses of AWS's public services."""
    rules = _rules(source.groups, port, egress=True)
    return any(_is_prefix_list(rule) or ("/" in rule.peer and not _private(rule.peer)) for rule in rules)


def _admitted(groups: Sequence[Group], peer: End, port: int, *, egress: bool) -> bool:
    rules = _rules(groups, port, egress=egress)
    ids = {group.id for group in peer.groups}
    if any(rule.peer in ids or _is_prefix_list(rule) for rule in rules):
        return True
    ranges = [IPv4Network(rule.peer) for rule in rules if "/" in rule.peer and ":" not in rule.peer]
    nets = [IPv4Network(net) for net in peer.nets]
    return bool(nets) and all(any(net.subnet_of(one) for one in ranges) for net in nets)


def _rules(groups: Sequence[Group], port: int, *, egress: bool) -> list[Rule]:
    return [
        rule
        for group in groups
        for rule in group.rules
        if rule.egress == egress and rule.protocol in TCP and (rule.ports is None or _within(rule.ports, port))
    ]


def _within(ports: tuple[int, int], port: int) -> bool:
    return ports == (-1, -1) or ports[0] <= port <= ports[1]


def _is_prefix_list(rule: Rule) -> bool:
    """What is in one is not looked up, so it counts as the right one."""
    return rule.peer.startswith("pl-")


def _private(cidr: str) -> bool:
    return ":" in cidr or (cidr != ANYWHERE and IPv4Network(cidr).is_private)


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """The network ACL that stops a connection or its answers, and the words for it."""

    acl: str
    words: str
    egress: bool
    cidr: str
    ports: str


def stopped(network: Network, sources: Sequence[Subnet], targets: Sequence[Subnet], port: int) -> Stopped | None:
    """The first ACL in the way between two of the subnets. AWS: none applies within one subnet."""
    for source in sources:
        for target in targets:
            if source.id == target.id:
                continue
            for one in _passages(network, source, target.cidr, target, port):
                return one
    return None


def stopped_outside(network: Network, source: Subnet, port: int) -> Stopped | None:
    """As `stopped`, for a connection from `source` to anywhere outside the VPC."""
    return next(_passages(network, source, ANYWHERE, None, port), None)


def _passages(network: Network, source: Subnet, cidr: str, target: Subnet | None, port: int) -> Iterator[Stopped]:
    """AWS: an ACL keeps no state, so that the answers want to be let through as well."""
    near = network.acl_of(source.id)
    far = network.acl_of(target.id) if target else None
    ways = (
        (near, True, cidr, (port,)),
        (far, False, source.cidr, (port,)),
        (far, True, source.cidr, EPHEMERAL),
        (near, False, cidr, EPHEMERAL),
    )
    for acl, egress, peer, ports in ways:
        if acl is not None and not all(_lets(acl, egress=egress, peer=peer, port=one) for one in ports):
            way = f"out to {peer}" if egress else f"in from {peer}"
            what = f"port {port}" if ports == (port,) else "the ports of the answers (32768 to 60999)"
            words = f"{acl.id} does not let {what} {way}"
            asked = str(port) if ports == (port,) else "1024-65535"
            yield Stopped(acl=acl.id, words=words, egress=egress, cidr=peer, ports=asked)


def _lets(acl: Acl, *, egress: bool, peer: str, port: int) -> bool:
    """AWS: the entry with the lowest number that fits decides."""
    net = IPv4Network(peer)
    for entry in acl.entries:
        if entry.egress != egress or not _fits(entry, port):
            continue
        whole = net.subnet_of(IPv4Network(entry.cidr))
        if whole or (peer != ANYWHERE and not entry.allow and net.overlaps(IPv4Network(entry.cidr))):
            return entry.allow
    return False


def _fits(entry: Entry, port: int) -> bool:
    return entry.protocol in TCP and (entry.ports is None or entry.ports[0] <= port <= entry.ports[1])
