"""What another choice would cost: each variant is the settings with one thing changed, and the bill drawn again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from provision.cost.bill import bill
from provision.cost.prices import Prices
from provision.settings import Settings

GRAVITON = {"t3": "t4g", "m5": "m6g", "m6i": "m7g", "r5": "r6g", "r6i": "r6g"}
"""Families on Intel, and what AWS has of the same size on its own processors; PostgreSQL runs on both alike."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A stack as far as its price goes."""

    settings: Settings
    proxy: bool
    production: Settings
    """The same with that profile; what is set by itself stays."""

    def with_network(self, **changed: Any) -> Choice:
        return replace(self, settings=replace(self.settings, network=replace(self.settings.network, **changed)))

    def with_database(self, **changed: Any) -> Choice:
        return replace(self, settings=replace(self.settings, database=replace(self.settings.database, **changed)))


@dataclass(frozen=True, kw_only=True)
class Variant:
    """`month` more than now, or less where it is negative; `how` one gets it, `but` what one gives up."""

    label: str
    how: str
    month: Decimal
    but: str = ""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A variant before it has a price. `other` is None where it is no change."""

    label: str
    how: str
    other: Callable[[Choice], Choice | None]
    but: str = ""


def variants(settings: Settings, prices: Prices, *, proxy: bool, production: Settings) -> Sequence[Variant]:
    """Every other choice that has a price, the one that saves most first."""
    now = Choice(settings=settings, proxy=proxy, production=production)
    variants = []
    for offer in OFFERS:
        other = offer.other(now)
        if other is None or other == now:
            continue
        there, here = (bill(one.settings, prices, proxy=one.proxy) for one in (other, now))
        if there.unknown != here.unknown or there.month == here.month:  # unknown in both is no part of the difference
            continue
        how = offer.how.format(other=other.settings.database)
        variants.append(Variant(label=offer.label, how=how, month=there.month - here.month, but=offer.but))
    return sorted(variants, key=lambda variant: variant.month)


def _endpoint(now: Choice) -> Choice | None:
    return now.with_network(egress="endpoint") if now.settings.network.egress == "nat" else None


def _nat(now: Choice) -> Choice | None:
    return now.with_network(egress="nat") if now.settings.network.egress == "endpoint" else None


def _gateways(count: int) -> Callable[[Choice], Choice | None]:
    def other(now: Choice) -> Choice | None:
        return now.with_network(nat_gateways=count) if now.settings.network.egress == "nat" else None

    return other


def _graviton(now: Choice) -> Choice | None:
    _, family, size = now.settings.database.instance_class.split(".")
    return now.with_database(instance_class=f"db.{GRAVITON[family]}.{size}") if family in GRAVITON else None


def _grown(now: Choice) -> Choice:
    return now.with_database(storage_gib=now.settings.database.max_storage_gib)


OFFERS: Sequence[Offer] = (
    Offer(
        label="an endpoint instead of the NAT gateway",
        how="up --egress endpoint",
        other=_endpoint,
        but="the function reaches Secrets Manager and no internet",
    ),
    Offer(label="a NAT gateway instead of the endpoint", how="up --egress nat", other=_nat),
    Offer(label="a second NAT gateway", how="network.nat_gateways = 2", other=_gateways(2)),
    Offer(
        label="one NAT gateway",
        how="network.nat_gateways = 1",
        other=_gateways(1),
        but="if its zone fails, the function of the other zone has no way out",
    ),
    Offer(
        label="AWS Graviton",
        how='database.instance_class = "{other.instance_class}"',
        other=_graviton,
    ),
    Offer(label="RDS Proxy", how="enable-proxy", other=lambda now: replace(now, proxy=True)),
    Offer(label="no RDS Proxy", how="disable-proxy", other=lambda now: replace(now, proxy=False)),
    Offer(label="Multi-AZ", how="database.multi_az = true", other=lambda now: now.with_database(multi_az=True)),
    Offer(
        label="one zone for the database",
        how="database.multi_az = false",
        other=lambda now: now.with_database(multi_az=False),
        but="a failure of its zone takes the database away",
    ),
    Offer(
        label="the production profile",
        how='profile = "production"',
        other=lambda now: replace(now, settings=now.production),
        but="and what its logs and traces add by use",
    ),
    Offer(
        label="storage grown to its limit",
        how="by itself, up to database.max_storage_gib = {other.max_storage_gib}",
        other=_grown,
    ),
)
