"""`enable-proxy`."""

from __future__ import annotations

import typer

from provision.cli import output, pricing
from provision.cli.session import opened


def enable_proxy(ctx: typer.Context, *, prices: pricing.PricesFile = None) -> None:
    """Put RDS Proxy between the function and the database.

    Example: provision enable-proxy
    """
    from provision.cost import prices as table

    listed = table.load(prices)
    with opened(ctx.obj, "enable-proxy", changes=True) as session:
        from provision.operations.proxy import enable

        answer = enable(session.work)
        region = session.work.run.stack.region
        cost = pricing.with_and_without(session.work.settings, listed, region)
        output.result(session, answer, proxy=True, cost=cost)
