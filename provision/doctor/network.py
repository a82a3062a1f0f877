"""The parts of a picture that traffic passes: subnets and their tables, network ACLs, groups, gateways, endpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Vpc:
    """Its two DNS attributes: whether names are looked up at all, and whether private DNS of endpoints works."""

    id: str
    dns_support: bool
    dns_hostnames: bool


@dataclass(frozen=True, kw_only=True)
class Subnet:
    """`vpc` is an id, `cidr` such as 10.0.0.0/24, `zone` such as eu-west-1a, `free` the number of addresses left.
    `block_mode` is VPC Block Public Access in force here: off, block-ingress or block-bidirectional."""

    id: str
    vpc: str
    cidr: str
    zone: str
    free: int
    block_mode: str = "off"


@dataclass(frozen=True, kw_only=True)
class Route:
    """`target` is an id such as `nat-0…`; `state` is AWS's: active or blackhole."""

    destination: str
    target: str
    state: str


@dataclass(frozen=True, kw_only=True)
class RouteTable:
    """`subnets` are the ids of those that were given it; the VPC's `main` one serves the others."""

    id: str
    vpc: str
    main: bool
    subnets: Sequence[str]
    routes: Sequence[Route]


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One line of a network ACL: `protocol` is tcp, a number or -1 for all, `ports` the first and the last, None for
    all."""

    number: int
    egress: bool
    protocol: str
    ports: tuple[int, int] | None
    cidr: str
    allow: bool


@dataclass(frozen=True, kw_only=True)
class Acl:
    """`subnets` are ids; `entries` are in the order of their numbers, in which the first that fits decides."""

    id: str
    subnets: Sequence[str]
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True)
class Rule:
    """One line of a security group; `peer` is a range of addresses, a group's id or a prefix list's."""

    egress: bool
    protocol: str
    ports: tuple[int, int] | None
    peer: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """A security group."""

    id: str
    name: str
    rules: Sequence[Rule]

    @property
    def words(self) -> str:
        return f"{self.id} ({self.name})"


@dataclass(frozen=True, kw_only=True)
class Nat:
    """A NAT gateway: `state` and `failure` in AWS's words, `subnet` the id of its own, empty for a regional one; one
    that is not `public` leads to no internet."""

    id: str
    state: str
    subnet: str
    public: bool
    failure: str = ""


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """A VPC endpoint for Secrets Manager; `policy` is its document, empty for AWS's default, which allows all."""

    id: str
    vpc: str
    state: str
    private_dns: bool
    subnets: Sequence[str]
    groups: Sequence[str]
    policy: str = ""
    error: str = ""


@dataclass(frozen=True, kw_only=True)
class Network:
    """All of it, by id."""

    vpcs: Mapping[str, Vpc] = field(default_factory=dict)
    subnets: Mapping[str, Subnet] = field(default_factory=dict)
    tables: Sequence[RouteTable] = ()
    acls: Sequence[Acl] = ()
    groups: Mapping[str, Group] = field(default_factory=dict)
    nats: Mapping[str, Nat] = field(default_factory=dict)
    gateways: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The VPCs to which each internet gateway is attached."""
    endpoints: Sequence[Endpoint] = ()

    def table_of(self, subnet: Subnet) -> RouteTable | None:
        """AWS: a subnet without a table of its own has its VPC's main one."""
        own = next((table for table in self.tables if subnet.id in table.subnets), None)
        return own or next((table for table in self.tables if table.main and table.vpc == subnet.vpc), None)

    def acl_of(self, subnet: str) -> Acl | None:
        return next((acl for acl in self.acls if subnet in acl.subnets), None)
