"""What the user may choose, with defaults and what each value must satisfy. Knows nothing of AWS calls or terminals."""

from __future__ import annotations

import ipaddress
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from provision import reserved
from provision.checks import check, check_days
from provision.errors import BadSetting

MAJORS = ("14", "15", "16", "17", "18")
MOST_TAGS = 45
"""AWS: 50 tags on a resource; the database has five of ours."""


@dataclass(frozen=True, kw_only=True)
class Network:
    """The VPC and the way out of its private subnets."""

    cidr: str = "10.0.0.0/16"
    """The VPC's addresses."""
    egress: str = "nat"
    """The way out of the private subnets: a NAT gateway, or an endpoint for Secrets Manager alone."""
    nat_gateways: int = 1
    """How many, with `egress = "nat"`; two outlive the loss of a zone."""
    zones: tuple[str, ...] = ()
    """Where the subnets are."""
    flow_logs: bool = False
    """Keeps a record of the VPC's traffic, in a log group of its own."""
    flow_log_days: int = 14
    """How long that record is kept."""

    def __post_init__(self) -> None:
        try:
            network = ipaddress.IPv4Network(self.cidr)
        except ValueError as error:
            raise BadSetting(
                what=f"network.cidr = {self.cidr!r} is not a valid address range.",
                why=f"{error}.",
                hint="It must be a private range of /16 to /22 outside 172.17.0.0/16, such as 10.0.0.0/16.",
            ) from error
        check(16 <= network.prefixlen <= 22, "network.cidr", self.cidr, "between /16 and /22, to hold four /24 subnets")  # noqa: PLR2004 - AWS's limit and ours
        check(network.is_private, "network.cidr", self.cidr, "a private address range")
        docker = ipaddress.IPv4Network("172.17.0.0/16")
        check(not network.overlaps(docker), "network.cidr", self.cidr, "outside 172.17.0.0/16, which AWS services use")
        check(self.egress in ("nat", "endpoint"), "network.egress", self.egress, "nat or endpoint")
        check(self.nat_gateways in (1, 2), "network.nat_gateways", self.nat_gateways, "1, or 2 for one per zone")
        check(
            len(self.zones) in (0, 2) and len(set(self.zones)) == len(self.zones),
            "network.zones",
            list(self.zones),
            "two different Availability Zones, or none to let provision choose",
        )
        check_days("network.flow_log_days", self.flow_log_days)

    def subnet(self, number: int) -> str:
        """The /24 with that number inside the VPC's range."""
        return f"{ipaddress.IPv4Network(self.cidr)[256 * number]}/24"


@dataclass(frozen=True, kw_only=True)
class Database:
    """The PostgreSQL instance. Sizes in GiB."""

    engine_version: str = "17"
    """PostgreSQL's major; the minor is the Region's default one."""
    instance_class: str = "db.t3.small"
    """The machine."""
    storage_gib: int = 20
    """Storage at the start; gp3, encrypted. It grows and never shrinks: a smaller number changes nothing."""
    max_storage_gib: int = 200
    """How far it may grow by itself."""
    name: str = "cloudtechsimplified"
    """The database's name inside PostgreSQL."""
    username: str = "postgres"
    """Its owner, whose password Secrets Manager generates."""
    port: int = 5432
    """Where PostgreSQL listens; RDS Proxy always listens on 5432."""
    backup_days: int = 7
    """How long automated backups are kept; 0 makes none."""
    multi_az: bool = False
    """A standby in the other zone."""
    deletion_protection: bool = False
    """Refuses to delete the database, in `teardown` too."""
    log_exports: bool = False
    """Sends PostgreSQL's log and its upgrades' to CloudWatch."""
    log_days: int = 14
    """How long those logs are kept."""
    monitoring_seconds: int = 0
    """How often Enhanced Monitoring looks at the machine."""
    rotation_days: int = 0
    """After how many days Secrets Manager changes the password; 0 never does."""
    secret_readers: tuple[str, ...] = ()
    """Users and roles of this account that may read the password, besides the stack's own and yours."""

    def __post_init__(self) -> None:
        version = self.engine_version
        check(version in MAJORS, "database.engine_version", version, f"a major: {MAJORS[0]} to {MAJORS[-1]}")
        check(
            re.fullmatch(r"db\.[a-z0-9-]+\.[a-z0-9]+", self.instance_class) is not None,
            "database.instance_class",
            self.instance_class,
            "an RDS class such as db.t3.small",
        )
        check(20 <= self.storage_gib <= 65536, "database.storage_gib", self.storage_gib, "20 to 65536")  # noqa: PLR2004 - AWS's limits for gp3
        # AWS: the ceiling must exceed the storage by at least 10 %, or equal it, which turns autoscaling off.
        roomy = self.max_storage_gib * 10 >= self.storage_gib * 11 or self.max_storage_gib == self.storage_gib
        check(
            roomy and self.max_storage_gib <= 65536,  # noqa: PLR2004 - AWS's limit
            "database.max_storage_gib",
            self.max_storage_gib,
            "at least 10 % over database.storage_gib, or equal to it to turn autoscaling off, and at most 65536",
            beside=f"database.storage_gib = {self.storage_gib}",
        )
        word = r"[A-Za-z][A-Za-z0-9_]"
        check(
            re.fullmatch(word + "{0,62}", self.name) is not None and not reserved.is_database(self.name),
            "database.name",
            self.name,
            "1 to 63 letters, digits or underscores, beginning with a letter, and no word that PostgreSQL reserves",
        )
        check(
            re.fullmatch(word + "{0,15}", self.username) is not None and not reserved.is_user(self.username),
            "database.username",
            self.username,
            "1 to 16 letters, digits or underscores, beginning with a letter, and no name that is reserved",
        )
        check(1150 <= self.port <= 65535, "database.port", self.port, "1150 to 65535")  # noqa: PLR2004 - RDS's limits
        check(0 <= self.backup_days <= 35, "database.backup_days", self.backup_days, "0 to 35")  # noqa: PLR2004 - RDS's limit
        check_days("database.log_days", self.log_days)
        intervals, seconds = (0, 1, 5, 10, 15, 30, 60), self.monitoring_seconds
        accepted = f"one of {', '.join(map(str, intervals))}; 0 turns Enhanced Monitoring off"
        check(seconds in intervals, "database.monitoring_seconds", seconds, accepted)
        check(0 <= self.rotation_days <= 1000, "database.rotation_days", self.rotation_days, "0 to 1000")  # noqa: PLR2004 - Secrets Manager's limit
        for reader in self.secret_readers:
            check(
                re.fullmatch(
                    r"arn:[\w-]+:(iam|sts)::\d{12}:(user|role|assumed-role|federated-user)/[\w+=,.@*?/-]+", reader
                )
                is not None,
                "database.secret_readers",
                reader,
                "the ARN of a user or role, such as arn:aws:iam::123456789012:role/reports",
            )


@dataclass(frozen=True, kw_only=True)
class Function:
    """The Lambda function and its log group."""

    runtime: str = "python3.13"
    """Lambda's Python."""
    architecture: str = "x86_64"
    """The processor; arm64 is cheaper by a fifth."""
    memory_mb: int = 256
    """Memory, and with it the share of a processor."""
    timeout_seconds: int = 180
    """How long a call may take; longer than proxy.borrow_timeout_seconds."""
    log_days: int = 14
    """How long the function's log is kept."""
    tracing: bool = False
    """Traces calls with X-Ray."""

    def __post_init__(self) -> None:
        runtimes = ("python3.11", "python3.12", "python3.13", "python3.14")
        check(self.runtime in runtimes, "function.runtime", self.runtime, f"one of {', '.join(runtimes)}")
        check(self.architecture in ("x86_64", "arm64"), "function.architecture", self.architecture, "x86_64 or arm64")
        check(128 <= self.memory_mb <= 10240, "function.memory_mb", self.memory_mb, "128 to 10240")  # noqa: PLR2004 - Lambda's limits
        check(1 <= self.timeout_seconds <= 900, "function.timeout_seconds", self.timeout_seconds, "1 to 900")  # noqa: PLR2004 - Lambda's limits
        check_days("function.log_days", self.log_days)


@dataclass(frozen=True, kw_only=True)
class Proxy:
    """The RDS Proxy's connection pool."""

    max_connections_percent: int = 90
    """How much of the database's `max_connections` the proxy may take."""
    borrow_timeout_seconds: int = 30
    """How long a call waits for a free connection."""

    def __post_init__(self) -> None:
        percent = self.max_connections_percent
        check(1 <= percent <= 100, "proxy.max_connections_percent", percent, "1 to 100")  # noqa: PLR2004 - a percentage
        seconds = self.borrow_timeout_seconds
        check(0 <= seconds <= 300, "proxy.borrow_timeout_seconds", seconds, "0 to 300")  # noqa: PLR2004 - RDS Proxy's limits


@dataclass(frozen=True, kw_only=True)
class Iam:
    """The roles that AWS's services take for the stack."""

    permissions_boundary: str = ""
    """The managed policy that limits every role, where an organization demands one. Taken out again, roles keep it."""

    def __post_init__(self) -> None:
        arn = self.permissions_boundary
        check(
            re.fullmatch(r"(arn:aws[a-z-]*:iam::(aws|[0-9]{12}):policy/[!-~]+)?", arn) is not None,
            "iam.permissions_boundary",
            arn,
            "the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary",
        )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything a blueprint is drawn from. `tags` are the user's own pairs on every resource."""

    network: Network = field(default_factory=Network)
    database: Database = field(default_factory=Database)
    function: Function = field(default_factory=Function)
    proxy: Proxy = field(default_factory=Proxy)
    iam: Iam = field(default_factory=Iam)
    tags: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        waits, runs = self.proxy.borrow_timeout_seconds, self.function.timeout_seconds
        accepted = "shorter than function.timeout_seconds, so that the function can tell"
        beside = f"function.timeout_seconds = {runs}"
        check(waits < runs, "proxy.borrow_timeout_seconds", waits, accepted, beside=beside)
        check(len(self.tags) <= MOST_TAGS, "tags", len(self.tags), f"at most {MOST_TAGS} of them")
        folded = Counter(key.casefold() for key in self.tags)
        for key, value in self.tags.items():
            ok = 0 < len(key) <= 128 and len(value) <= 256 and not key.lower().startswith(("aws:", "provision:"))  # noqa: PLR2004 - AWS's limits
            # AWS: to IAM, keys that differ only in upper and lower case are one (eksctl-io/eksctl#2603).
            ok = (
                ok
                and key.casefold() != "name"
                and folded[key.casefold()] == 1
                and re.fullmatch(r"[\w +\-=._:/@]*", key + value) is not None
            )
            check(
                ok,
                "tag",
                f"{key}={value}",
                "a key of 1 to 128 and a value of at most 256 characters that AWS allows, "
                "the key neither Name nor beginning with aws: or provision:, and each key once in whatever case",
            )


SECTIONS: dict[str, type[Any]] = {
    "network": Network, "database": Database, "function": Function, "proxy": Proxy, "iam": Iam
}  # fmt: skip
