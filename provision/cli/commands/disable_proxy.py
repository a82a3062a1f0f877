"""`disable-proxy`."""

from __future__ import annotations

import typer

from provision.cli import output, pricing
from provision.cli.session import opened


def disable_proxy(ctx: typer.Context, *, prices: pricing.PricesFile = None) -> None:
    """Let the function use the database directly again, and remove the proxy.

    Example: provision disable-proxy
    """
    from provision.cost import prices as table

    listed = table.load(prices)
    with opened(ctx.obj, "disable-proxy", changes=True) as session:
        from provision.operations.proxy import disable

        answer = disable(session.work)
        region = session.work.run.stack.region
        cost = pricing.with_and_without(session.work.settings, listed, region)
        output.result(session, answer, proxy=False, cost=cost)
