"""`bench`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provision.cli import output, pictures
from provision.cli.globals import Globals
from provision.cli.pricing import PricesFile, dollars
from provision.cli.session import opened
from provision.ui.words import wrap

if TYPE_CHECKING:
    from provision.bench.figures import Figures, Times

LOCAL = "Measured on the local AWS: PgBouncer stands in for RDS Proxy, and all share this machine. AWS will differ."


def bench(
    ctx: typer.Context,
    *,
    calls: Annotated[int, typer.Option(min=1, max=1000, help="How many one after the other, of each kind.")] = 30,
    burst: Annotated[
        int,
        typer.Option(min=0, max=500, help="How many at once; 0 for none. A new account allows all its functions 10."),
    ] = 10,
    svg: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a picture of it to this file.", show_default=False)
    ] = None,
    prices: PricesFile = None,
) -> None:
    """Measure whether the proxy pays for this stack: new and kept connections, directly and through it, then a burst.

    Calls the function itself and changes none of its settings.

    Example: provision bench --svg bench.svg
    """
    from provision.bench.meaning import meaning
    from provision.bench.plot import svg as picture
    from provision.cost import bill
    from provision.cost import prices as table
    from provision.ui import bench as tables

    asked: Globals = ctx.obj
    listed = table.load(prices)
    if svg is not None:
        pictures.check(svg)  # first, so that nobody waits for a picture that cannot be kept
    with opened(asked, "bench", changes=False) as session:
        from provision.operations.bench import bench as operation

        figures = operation(session.work, calls=calls, at_once=burst)
        usd = dollars(bill.every(session.work.settings, listed).of("proxy"))
        if svg is not None:
            pictures.write(svg, picture(figures, title=f"Connections of {asked.name} on {asked.target}"))
        local = [wrap(LOCAL, width=output.width())] if asked.local else []
        output.tell(
            session,
            "\n".join([tables.whole(figures, proxy_usd=usd, width=output.width()), *local]),
            **_document(figures),
            proxy_monthly_usd=usd,
            meaning=[*meaning(figures, proxy_usd=usd), *([LOCAL] if local else [])],
        )


def _document(figures: Figures) -> dict[str, Any]:
    return {
        "proxy": figures.proxy,
        "calls": [
            {
                "way": one.way,
                "connection": "kept" if one.kept else "anew",
                "refused": dict(one.refused),
                **_times(one.times),
            }
            for one in figures.calls
        ],
        "bursts": [
            {
                "way": one.way,
                "at_once": one.at_once,
                "backends": one.backends,
                "refused": dict(one.refused),
                "throttled": one.throttled,
                **_times(one.times),
            }
            for one in figures.bursts
        ],
    }


def _times(times: Times) -> dict[str, Any]:
    ranks = {"p50_ms": 50, "p90_ms": 90, "p99_ms": 99, "max_ms": 100}
    percentiles = {name: times.percentile(percent) for name, percent in ranks.items()}
    return {"answered": len(times.samples), **percentiles, "samples_ms": list(times.samples)}
