"""`cost`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from provision.checks import check_name
from provision.cli import output
from provision.cli.commands.up import Egress, setting_of
from provision.cli.globals import Globals
from provision.cli.pricing import PricesFile, document, dollars
from provision.cli.session import region_of, settings_by_profile
from provision.ledger.store import read

if TYPE_CHECKING:
    from provision.cost.bill import Item
    from provision.ui.costs import Costs


def cost(
    ctx: typer.Context,
    *,
    proxy: Annotated[bool, typer.Option("--proxy", help="As `up --proxy` would make it.")] = False,
    egress: Annotated[Egress | None, typer.Option(help="As `up --egress` would make it.")] = None,
    prices: PricesFile = None,
) -> None:
    """Show what the stack costs on AWS by its settings, item by item, and what another choice would cost.

    Needs no account. With RDS Proxy if the stack has it, or with --proxy.

    Example: provision cost --proxy
    """
    from provision.cost import bill, variants
    from provision.cost import prices as table
    from provision.ui import costs

    asked: Globals = ctx.obj
    region = asked.about.region = region_of(asked)
    check_name(asked.name, region=region or "")
    options = setting_of(egress)
    settings, production = settings_by_profile(asked, options, [None, "production"])
    proxied = proxy or _has_proxy(asked)
    listed = table.load(prices)
    priced = costs.Costs(
        bill=bill.bill(settings, listed, proxy=proxied),
        variants=variants.variants(settings, listed, proxy=proxied, production=production),
        uses=bill.by_use(settings, listed),
        prices=listed,
        region=region,
    )
    output.show(asked, costs.whole(priced, width=output.width()), proxy=proxied, **_document(priced))


def _document(priced: Costs) -> dict[str, Any]:
    return {
        "prices": {"source": priced.prices.source, "region": priced.prices.region, "date": priced.prices.date},
        **document(priced.bill),
        "items": [_item(item) for item in priced.bill.items],
        "variants": [
            {"label": one.label, "how": one.how, "but": one.but, "monthly_usd": dollars(one.month)}
            for one in priced.variants
        ],
        "use": [{"unit": use.unit, "usd": dollars(use.usd, 4)} for use in priced.uses],
    }


def _item(item: Item) -> dict[str, Any]:
    return {
        "key": item.key,
        "label": item.label,
        "detail": item.detail,
        "hourly_usd": dollars(item.hour, 4),
        "monthly_usd": dollars(item.month),
    }


def _has_proxy(asked: Globals) -> bool:
    """As last switched on or off; without a state file there is nothing to be asked without an account."""
    state = read(asked.state_file)
    return state is not None and bool(state.features.get("proxy"))
