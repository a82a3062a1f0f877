"""Prices on the command line: the option that names a table, and what commands that change things say of money."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from provision.cost.bill import Bill
    from provision.cost.prices import Prices
    from provision.settings import Settings

PricesFile = Annotated[
    Path | None,
    typer.Option(
        "--prices",
        metavar="FILE",
        envvar="PROVISION_PRICES",
        help="Prices of your own, such as another Region's, in place of the shipped ones.",
        show_default=False,
    ),
]


def dollars(amount: Decimal | None, places: int = 2) -> float | None:
    """For JSON, where money is a number; rounded before it is one, as it is for text."""
    return None if amount is None else float(round(amount, places))


def document(bill: Bill) -> dict[str, Any]:
    """A bill's sums, as every command's JSON has them."""
    return {"hourly_usd": dollars(bill.hour, 4), "monthly_usd": dollars(bill.month)}


@dataclass(frozen=True, kw_only=True)
class Priced:
    """The same in words and as JSON."""

    text: str
    document: dict[str, Any]


def with_and_without(settings: Settings, prices: Prices, region: str) -> Priced:
    """What the proxy changes."""
    from provision.cost.bill import bill
    from provision.ui import costs

    through, direct = (bill(settings, prices, proxy=proxy) for proxy in (True, False))
    sentence = costs.sentence(through, what="With the proxy this stack", prices=prices, region=region)
    text = f"{sentence}\nWithout it: {direct.month:.2f}."
    return Priced(text=text, document={"with_proxy": document(through), "without_proxy": document(direct)})


def removed(settings: Settings, prices: Prices, changed: Iterable[tuple[str, str]]) -> float | None:
    """A month, in US dollars, of what a run deleted; None where nothing of it cost anything."""
    return of_steps(settings, prices, [key for key, verb in dict.fromkeys(changed) if verb == "delete"])


def of_steps(settings: Settings, prices: Prices, keys: Iterable[str]) -> float | None:
    """A month, in US dollars, of what has a price in these steps, each as often as it is named; None where none has."""
    from provision.cost.bill import every

    items = every(settings, prices).items
    known = [item.month for key in keys for item in items if item.key == key and item.month is not None]
    return dollars(sum(known[1:], known[0])) if known else None


def kept(prices: Prices, gib: int | None) -> float | None:
    """A month, in US dollars, of a snapshot that is kept."""
    from provision.cost.bill import snapshot

    return None if gib is None else dollars(snapshot(prices, gib))
