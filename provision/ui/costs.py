"""Money as text for stdout: the bill, what another choice would cost, and one sentence for all other commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from provision.cost.bill import Bill, Item, Use
from provision.cost.prices import Prices
from provision.cost.variants import Variant
from provision.ui.tables import table
from provision.ui.words import wrap


@dataclass(frozen=True, kw_only=True)
class Costs:
    """All that `cost` tells; `region` is the stack's, None where nothing names one."""

    bill: Bill
    variants: Sequence[Variant]
    uses: Sequence[Use]
    prices: Prices
    region: str | None


def whole(costs: Costs, *, width: int | None) -> str:
    """The bill, cheaper and dearer choices, what use adds, and whose prices these are."""
    cheaper = [one for one in costs.variants if one.month < 0]
    dearer = [one for one in costs.variants if one.month > 0]
    parts = [
        _bill(costs.bill),
        *_variants("Cheaper, USD a month:", cheaper, width=width),
        *_variants("Dearer, USD a month:", dearer, width=width),
        "\n".join(["Use adds, USD each:", *(_use(use, width) for use in costs.uses)]),
        wrap(_prices(costs), width=width),
    ]
    return "\n\n".join(parts)


def _bill(bill: Bill) -> str:
    rows = [(item.label, _amount(item.hour, 4), _amount(item.month, 2), item.detail) for item in bill.items]
    total = "total of the known" if bill.unknown else "total"
    rows.append((total, _amount(bill.hour, 4), _amount(bill.month, 2), ""))
    return table([("ITEM", "USD AN HOUR", "A MONTH", ""), *rows], width=None, right=(1, 2))


def _amount(amount: Decimal | None, places: int) -> str:
    return "unknown" if amount is None else f"{amount:.{places}f}"


def _variants(heading: str, variants: Sequence[Variant], *, width: int | None) -> list[str]:
    lines = []
    for one in variants:
        but = f"; {one.but}" if one.but else ""
        lines.append(wrap(f"{one.label} ({one.how}){but}", width=width, first=f"  {one.month:>+7.2f}  ", rest=" " * 11))
    return ["\n".join([heading, *lines])] if lines else []


def _use(use: Use, width: int | None) -> str:
    return wrap(use.unit, width=width, first=f"  {_exact(use.usd):>7}  ", rest=" " * 11)


def _exact(amount: Decimal) -> str:
    """At least cents, and smaller parts where a price has them."""
    return f"{amount:.2f}" if amount == round(amount, 2) or amount >= Decimal("0.1") else f"{amount:.3f}"


def _prices(costs: Costs) -> str:
    prices = costs.prices
    words = (
        f"Prices: {prices.source}, {prices.region}, {prices.date}; a month of 730 hours; no free tier, discount or tax."
    )
    if costs.region != prices.region:
        theirs = f"This stack's Region is {costs.region}" if costs.region else "No Region is named"
        words += f" {theirs}: the figures are those of {prices.region}. --prices takes a table of your own."
    if costs.bill.unknown:
        words += f" {missing(costs.bill.unknown)}"
    return words


def missing(items: Sequence[Item]) -> str:
    """What has no price, as a sentence."""
    names = ", ".join(item.detail or item.label for item in items)
    return f"The table has no price for {names}; --prices can name it."


def sentence(bill: Bill, *, what: str, prices: Prices, region: str) -> str:
    """`what`, a subject in the singular, and its price, for the end of another command's report about `region`."""
    more = "" if not bill.unknown else f" and what {bill.unknown[0].detail or bill.unknown[0].label} costs"
    theirs = "" if region == prices.region else f" at the prices of {prices.region}"
    return f"{what} costs about {bill.month:.2f} USD a month on AWS{theirs}{more}."
