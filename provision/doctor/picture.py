"""What a diagnosis is made from: the account's relevant parts as plain values, none of them secret."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from provision.doctor.network import Network, Subnet
from provision.doctor.probe import Probe

Document = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is asked about. All but the first two is what this stack is to have; empty where that is not known, as for a
    function that provision did not make."""

    function: str
    database: str
    ours: bool
    secret: str = ""
    rotation: str = ""
    """The function that is to rotate it."""
    proxy: str = ""
    username: str = ""
    handler: str = ""
    boundary: str = ""
    """The ARN of the permissions boundary that its roles are to have."""
    groups: Mapping[str, str] = field(default_factory=dict)
    """The names of the security groups of `function`, `proxy` and `database`."""


@dataclass(frozen=True, kw_only=True)
class Function:
    """`state` and `update` are Lambda's words (Active, Successful) with its reasons, `timeout` is seconds, `role` and
    `key` (of the variables; empty: Lambda's own) are ARNs, `subnets` and `groups` ids. `reserved` is the concurrency,
    None without one; `unreadable` is why Lambda tells no variables; `tagged`: we made it, it knows the probe."""

    name: str
    state: str
    reason: str
    update: str
    update_reason: str
    runtime: str
    handler: str
    timeout: int
    role: str
    vpc: str
    subnets: Sequence[str]
    groups: Sequence[str]
    variables: Mapping[str, str] = field(repr=False)
    reserved: int | None
    tagged: bool
    key: str = ""
    unreadable: str = ""
    log_group: str = ""

    @property
    def logs(self) -> str:
        """The name of its log group."""
        return self.log_group or f"/aws/lambda/{self.name}"


@dataclass(frozen=True, kw_only=True)
class Role:
    """`policies` by name, attached ones by ARN; `boundary` is the permissions boundary's document."""

    arn: str
    name: str
    trust: Document
    policies: Mapping[str, Document]
    boundary: Document | None = None

    @property
    def partition(self) -> str:
        """What ARNs begin with where the role is: aws, aws-cn or aws-us-gov."""
        return self.arn.split(":")[1]


@dataclass(frozen=True, kw_only=True)
class Secret:
    """`keys` are those of its JSON that have a value, None when it is no JSON object; `readable` whether this identity
    could look inside. `facts` are the values that are not secret."""

    arn: str
    name: str
    deleting: str
    key: str
    policy: Document | None
    readable: bool
    current: bool
    keys: Sequence[str] | None
    facts: Mapping[str, str]
    locked: str = ""
    """AWS's words where its key cannot be used by anybody, such as a disabled one."""
    pending: str = ""
    """The version that a rotation has begun to make current."""
    rotated_by: str = ""
    """The name of the function that rotates it."""


@dataclass(frozen=True, kw_only=True)
class Database:
    """`state` and `parameter_state` are RDS's words; `address` and `port` are empty and 0 until it has an endpoint.
    `version` is such as 17.4, `name` the database made with it. `subnets` are the ids of those in its zone, or of all
    that its group has."""

    identifier: str
    state: str
    address: str
    port: int
    own_port: int
    """The one that its groups are opened for; on AWS the same as `port`."""
    name: str
    version: str
    vpc: str
    subnets: Sequence[str]
    groups: Sequence[str]
    public: bool
    parameter_group: str
    parameter_state: str
    parameters: Mapping[str, str]
    """Those that somebody set."""
    certificate_until: date | None
    engine: str = "postgres"
    master: str = ""
    """The name of its master user."""
    kept: str = ""
    """The ARN of the secret in which RDS keeps its password itself."""

    @property
    def major(self) -> int:
        return int(self.version.partition(".")[0] or 0)


@dataclass(frozen=True, kw_only=True)
class Target:
    """What a proxy stands in front of: an instance's identifier, and AWS's words for the target's health."""

    database: str
    state: str
    reason: str
    description: str


@dataclass(frozen=True, kw_only=True)
class Auth:
    """A secret's ARN, and whether clients come with IAM tokens: DISABLED, ENABLED or REQUIRED."""

    secret: str
    iam: str


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """`state` is RDS's word, `role` an ARN, `subnets` and `groups` are ids; `borrow_seconds` is how long a client waits
    for a connection of the pool."""

    name: str
    state: str
    address: str
    subnets: Sequence[str]
    groups: Sequence[str]
    role: str
    require_tls: bool
    auth: Sequence[Auth]
    targets: Sequence[Target]
    borrow_seconds: int
    port: int = 5432


@dataclass(frozen=True, kw_only=True)
class Unseen:
    """Something that this identity may not look at, and the refusal in AWS's words."""

    what: str
    why: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """One account at one moment. What is not there is None."""

    subject: Subject
    account: str
    region: str
    today: date
    function: Function | None = None
    secret: Secret | None = None
    secret_arn: str = ""
    """The one that the function is told of."""
    database: Database | None = None
    proxy: Proxy | None = None
    roles: Mapping[str, Role | None] = field(default_factory=dict)
    """By ARN; None for one that is not there."""
    network: Network = field(default_factory=Network)
    probe: Probe = field(default_factory=lambda: Probe(unasked="not asked"))
    unseen: Sequence[Unseen] = ()

    @property
    def via_proxy(self) -> bool:
        """Whether the function is to go through the proxy: it does, or its address leads nowhere that is known."""
        if self.proxy is None:
            return False
        return self.address == self.proxy.address or not self.direct

    @property
    def direct(self) -> bool:
        return self.database is not None and bool(self.address) and self.address == self.database.address

    @property
    def address(self) -> str:
        """Where the function is told that the database is; empty when that is not known."""
        if self.function is None:
            return ""
        variables = self.function.variables
        if self.subject.ours:
            return variables.get("DB_ENDPOINT_ADDRESS", "")
        host = self.secret.facts.get("host", "") if self.secret else ""
        known = [one.address for one in (self.proxy, self.database) if one is not None and one.address]
        return next((one for one in known if names(one, [*variables.values(), host])), "")

    def subnets(self, ids: Sequence[str]) -> list[Subnet]:
        """Those of them that are there."""
        return [self.network.subnets[one] for one in ids if one in self.network.subnets]

    @property
    def own_subnets(self) -> list[Subnet]:
        return self.subnets(self.function.subnets) if self.function else []


def names(address: str, values: Iterable[str]) -> bool:
    """Whether one of the values is this host, or holds it as a URL does."""
    host = re.compile(rf"(?<![\w.-]){re.escape(address)}(?![\w-]|\.\w)", re.IGNORECASE)
    return any(host.search(one) for one in values)
