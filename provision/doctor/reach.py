"""Whether a connection passes between two ends in a VPC: security groups on both sides, network ACLs on both ways.

Between two subnets of one VPC AWS's local route cannot be taken away; only a more specific one comes before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, collapse_addresses
from itertools import product

from provision.doctor.network import Acl, Entry, Group, Network, Route, RouteTable, Rule, Subnet

TCP = ("tcp", "6", "-1")
EPHEMERAL = (1024, 65535)
"""AWS: the ports that the answers to a function and to a NAT gateway come back to (VPC User Guide, "Ephemeral ports").
Both ends are tried."""
LINUX = (32768, 60999)
"""A Linux kernel's own range, for clients of which AWS does not say more."""
ANYWHERE = "0.0.0.0/0"
LAST = 32767
"""AWS: the number of every ACL's last entry, which denies all and cannot be changed."""


@dataclass(frozen=True, kw_only=True)
class End:
    """One end of a connection: what it is called, its subnets and its groups. `answers` is the first and the last port
    that it connects from."""

    name: str
    subnets: Sequence[Subnet]
    groups: Sequence[Group]
    answers: tuple[int, int] = EPHEMERAL

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


def enters_from_internet(target: End, port: int) -> bool:
    """Whether a group of `target` lets in more of the internet than single addresses."""
    rules = _rules(target.groups, port, egress=False)
    ranges = [rule.peer for rule in rules if "/" in rule.peer and not rule.peer.endswith("/32")]
    return any(_is_prefix_list(rule) for rule in rules) or not all(_private(one) for one in ranges)


def route_to(table: RouteTable, cidr: str) -> Route | None:
    """Where what is meant for `cidr` goes. AWS: the longest prefix wins. What is in a prefix list is not looked up and
    counts for more than a default route; a gateway endpoint's has a service's public addresses."""
    net = IPv4Network(cidr)
    spans = [(IPv4Network(one.destination), one) for one in table.routes if "." in one.destination]
    fitting = [(span.prefixlen, one) for span, one in spans if net.subnet_of(span)]
    lists = [one for one in table.routes if one.destination.startswith("pl-")]
    listed = [(0.5, one) for one in lists if not one.target.startswith("vpce-")]
    return max([*fitting, *listed], key=lambda one: one[0], default=(0, None))[1]


def _admitted(groups: Sequence[Group], peer: End, port: int, *, egress: bool) -> bool:
    rules = _rules(groups, port, egress=egress)
    ids = {group.id for group in peer.groups}
    if any(rule.peer in ids or _is_prefix_list(rule) for rule in rules):
        return True
    ranges = [*collapse_addresses(IPv4Network(one.peer) for one in rules if "/" in one.peer and ":" not in one.peer)]
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


def astray(network: Network, source: End, target: End) -> tuple[RouteTable, Route] | None:
    """A route to something that is gone, which comes before the local one there or back within a VPC."""
    for here, there in (*product(source.subnets, target.subnets), *product(target.subnets, source.subnets)):
        table = network.table_of(here) if here.vpc == there.vpc and here.id != there.id else None
        route = route_to(table, there.cidr) if table else None
        if table and route and route.state == "blackhole" and route.destination != ANYWHERE:
            return table, route
    return None


@dataclass(frozen=True, kw_only=True)
class Stopped:
    """The network ACL that stops a connection or its answers, and the words for it. An entry of this `number` lets them
    through; it is there already and denies them where it `replaces`, because nothing comes before number 1."""

    acl: str
    words: str
    egress: bool
    cidr: str
    ports: str
    number: int
    replaces: bool


def stopped(network: Network, source: End, target: End, port: int) -> Stopped | None:
    """The first ACL in the way between two of the subnets. AWS: none applies within one subnet."""
    for here in source.subnets:
        for there in target.subnets:
            if here.id == there.id:
                continue
            for one in _passages(network, here, there.cidr, there, port, source.answers):
                return one
    return None


def stopped_outside(network: Network, source: Subnet, port: int, hop: Subnet | None = None) -> Stopped | None:
    """As `stopped`, for a connection from `source` to anywhere outside the VPC, through a NAT gateway in `hop`. AWS: an
    ACL goes by where a packet is meant for, not by what passes it on."""
    beyond = None if hop is None or hop.id == source.id else hop
    return next(_passages(network, source, ANYWHERE, beyond, port, EPHEMERAL), None)


def _passages(
    network: Network, source: Subnet, cidr: str, target: Subnet | None, port: int, answers: tuple[int, int]
) -> Iterator[Stopped]:
    """AWS: an ACL keeps no state, so that the answers want to be let through as well."""
    near = network.acl_of(source.id)
    far = network.acl_of(target.id) if target else None
    ways = (
        (near, True, cidr, (port,)),
        (far, False, source.cidr, (port,)),
        (far, True, source.cidr, answers),
        (near, False, cidr, answers),
    )
    for acl, egress, peer, ports in ways:
        denials = [_denial(acl, egress=egress, peer=peer, port=one) for one in ports] if acl else []
        numbers = [one for one in denials if one is not None]
        if acl is not None and numbers:
            yield _stopped(acl, min(numbers), ports, egress=egress, peer=peer)


def _stopped(acl: Acl, denial: int, ports: tuple[int, ...], *, egress: bool, peer: str) -> Stopped:
    low, high = ports[0], ports[-1]
    way = f"out to {peer}" if egress else f"in from {peer}"
    what = f"port {low}" if low == high else f"the ports of the answers ({low} to {high})"
    taken = {entry.number for entry in acl.entries if entry.egress == egress}
    free = next((one for one in range(denial - 1, 0, -1) if one not in taken), 0)
    return Stopped(
        acl=acl.id,
        words=f"{acl.id} does not let {what} {way}",
        egress=egress,
        cidr=peer,
        ports=str(low) if low == high else "1024-65535",
        number=free or denial,
        replaces=not free,
    )


def _denial(acl: Acl, *, egress: bool, peer: str, port: int) -> int | None:
    """The number of the entry that denies some of `peer`; None where all of it is let through. AWS: the entry with the
    lowest number that fits decides. Of anywhere, what is known of one public range says nothing of the others."""
    left = [IPv4Network(peer)]
    for entry in acl.entries:
        if entry.egress != egress or not _fits(entry, port):
            continue
        cidr = IPv4Network(entry.cidr)
        if peer == ANYWHERE and cidr.prefixlen > 0:
            if entry.allow and not _private(entry.cidr):
                return None
            continue
        if not entry.allow and any(net.overlaps(cidr) for net in left):
            return entry.number
        left = [rest for net in left for rest in _without(net, cidr)]
        if not left:
            return None
    return LAST


def _without(net: IPv4Network, cidr: IPv4Network) -> list[IPv4Network]:
    if net.subnet_of(cidr):
        return []
    return [*net.address_exclude(cidr)] if cidr.subnet_of(net) else [net]


def _fits(entry: Entry, port: int) -> bool:
    return entry.protocol in TCP and (entry.ports is None or entry.ports[0] <= port <= entry.ports[1])
