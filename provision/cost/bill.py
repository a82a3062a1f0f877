"""The bill: what the settings cost for every hour that the stack exists, and what use adds to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from provision.cost.prices import Prices
from provision.settings import Settings

HOURS = 730
"""In a month, as AWS's own calculator counts."""
ZONES = 2
"""An endpoint has an interface in each of our subnets' zones; Multi-AZ has the instance and its storage in both."""
FEWEST_VCPUS = 2
"""AWS bills a proxy for at least two vCPUs, however small the database."""
MEGABYTES = 1024


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing that costs. `key` is its step in the blueprint; `month` is None where the table has no price for it."""

    key: str
    label: str
    month: Decimal | None
    detail: str = ""

    @property
    def hour(self) -> Decimal | None:
        return None if self.month is None else self.month / HOURS


@dataclass(frozen=True, kw_only=True)
class Bill:
    """What is there costs this much, used or not."""

    items: Sequence[Item]

    @property
    def month(self) -> Decimal:
        """Of everything that has a price."""
        return sum((item.month for item in self.items if item.month is not None), Decimal(0))

    @property
    def hour(self) -> Decimal:
        return self.month / HOURS

    @property
    def unknown(self) -> Sequence[Item]:
        return [item for item in self.items if item.month is None]

    def of(self, key: str) -> Decimal | None:
        """A month of everything that belongs to one step; None where it costs nothing, or nobody knows all of it."""
        months = [item.month for item in self.items if item.key == key]
        known = [month for month in months if month is not None]
        return sum(known, Decimal(0)) if known and len(known) == len(months) else None


@dataclass(frozen=True, kw_only=True)
class Use:
    """`usd` for each `unit`."""

    unit: str
    usd: Decimal


def bill(settings: Settings, prices: Prices, *, proxy: bool) -> Bill:
    """What a stack with these settings costs while it exists. Groups, roles, routes and subnets cost nothing."""
    return Bill(items=[*_egress(settings, prices), *_database(settings, prices, proxy=proxy), _secret(prices)])


def every(settings: Settings, prices: Prices) -> Bill:
    """What anything costs that the stack may have, wanted or not: to price what is made and what is removed."""
    return Bill(
        items=[
            *_nat_gateways(prices, ZONES),
            _endpoint(prices),
            *_database(settings, prices, proxy=True),
            _secret(prices),
        ]
    )


def _egress(settings: Settings, prices: Prices) -> Iterator[Item]:
    if settings.network.egress == "endpoint":
        yield _endpoint(prices)
    else:
        yield from _nat_gateways(prices, settings.network.nat_gateways)


def _nat_gateways(prices: Prices, count: int) -> Iterator[Item]:
    for zone in "ab"[:count]:
        yield Item(key=f"nat.{zone}", label=f"NAT gateway {zone}", month=prices.hour["nat_gateway"] * HOURS)
        address = prices.hour["public_ipv4_address"] * HOURS
        yield Item(key=f"address.nat-{zone}", label=f"Elastic IP address {zone}", month=address)


def _endpoint(prices: Prices) -> Item:
    return Item(
        key="endpoint.secretsmanager",
        label="VPC endpoint",
        month=prices.hour["interface_endpoint_zone"] * HOURS * ZONES,
        detail=f"Secrets Manager, in {ZONES} zones",
    )


def _database(settings: Settings, prices: Prices, *, proxy: bool) -> Iterator[Item]:
    database = settings.database
    copies = ZONES if database.multi_az else 1
    twice = ", Multi-AZ" if database.multi_az else ""
    hour = prices.database.get(database.instance_class)
    yield Item(
        key="database",
        label="database",
        month=None if hour is None else hour * HOURS * copies,
        detail=f"{database.instance_class}{twice}",
    )
    yield Item(
        key="database",
        label="storage",
        month=prices.month["storage_gib"] * database.storage_gib * copies,
        detail=f"{database.storage_gib} GiB of gp3{twice}",
    )
    if proxy:
        count = vcpus(database.instance_class)
        yield Item(
            key="proxy",
            label="proxy",
            month=None if count is None else prices.hour["proxy_vcpu"] * HOURS * max(count, FEWEST_VCPUS),
            detail="" if count is None else f"for {max(count, FEWEST_VCPUS)} vCPUs",
        )


def _secret(prices: Prices) -> Item:
    return Item(key="secret", label="secret", month=prices.month["secret"])


def vcpus(instance_class: str) -> int | None:
    """AWS: an xlarge has four vCPUs, an 8xlarge eight times that, anything smaller two; None for sizes like `metal`."""
    size = instance_class.rpartition(".")[2]
    if size in ("micro", "small", "medium", "large"):
        return 2
    large = re.fullmatch(r"(\d*)xlarge", size)
    return 4 * int(large[1] or 1) if large else None


def snapshot(prices: Prices, gib: int) -> Decimal:
    """A month of a database's snapshot. AWS bills what it holds, which is at most the database's size."""
    return prices.month["backup_gib"] * gib


def by_use(settings: Settings, prices: Prices) -> Sequence[Use]:
    """What comes on top, and for how much of what."""
    function, database, use = settings.function, settings.database, prices.use
    second = use[f"{function.architecture}_gib_second"] * function.memory_mb / MEGABYTES
    uses = [
        Use(
            unit=f"a million calls of 100 ms at {function.memory_mb} MB ({function.architecture})",
            usd=use["calls_million"] + second * 100_000,
        ),
        Use(unit=f"GiB of log written: {', '.join(_logs(settings))}", usd=use["log_gib"]),
        Use(unit="10,000 reads of the secret", usd=use["secret_reads_10000"]),
    ]
    if function.tracing:
        uses.append(Use(unit="million traced calls", usd=use["traces_million"]))
    if settings.network.egress == "nat":
        uses.append(Use(unit="GiB through the NAT gateway", usd=use["nat_gateway_gib"]))
    else:
        uses.append(Use(unit="GiB through the endpoint", usd=use["interface_endpoint_gib"]))
    if database.instance_class.startswith("db.t"):
        uses.append(Use(unit="vCPU-hour above the class's baseline", usd=use["burst_vcpu_hour"]))
    if database.backup_days:
        uses.append(Use(unit="GiB-month of backups beyond the database's size", usd=prices.month["backup_gib"]))
    return uses


def _logs(settings: Settings) -> Iterator[str]:
    """Who writes to CloudWatch Logs; AWS bills Enhanced Monitoring as the log that it is."""
    yield "the function's"
    if settings.database.rotation_days:
        yield "the rotation's"
    if settings.database.log_exports:
        yield "PostgreSQL's"
    if settings.database.monitoring_seconds:
        yield "Enhanced Monitoring's"
    if settings.network.flow_logs:
        yield "the VPC's traffic"
