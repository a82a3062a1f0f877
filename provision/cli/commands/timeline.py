"""`timeline`."""

from __future__ import annotations

import sys
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from provision.cli.globals import Globals
from provision.errors import BadUsage, ProvisionError


def timeline(
    ctx: typer.Context,
    run: Annotated[int, typer.Argument(metavar="RUN", min=1, help="Which: 1 is the last one, 2 the one before.")] = 1,
    *,
    svg: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a picture of it to this file.")] = None,
) -> None:
    """Show where the time of a run went.

    Example: provision timeline --svg run.svg
    """
    from provision.checks import check_name
    from provision.cli import pictures
    from provision.cli.output import show, width
    from provision.timeline.chain import longest
    from provision.timeline.store import load
    from provision.ui.timeline import text, title
    from provision.ui.timeline_svg import svg as picture
    from provision.ui.words import showable

    asked: Globals = ctx.obj
    check_name(asked.name)
    runs = load(asked.timeline_file)[::-1]
    if run > len(runs):
        raise BadUsage(
            what=f"There is no run {run} of {asked.name} on {asked.target} to show.",
            why="The last ten runs that changed things or tried to are kept; a local teardown takes them along.",
            hint=f"The oldest there is: `timeline {len(runs)}`." if runs else "Run `up` first.",
        )
    shown = runs[run - 1]
    asked.about.region, asked.about.account = shown.region, _account(asked)
    if svg is not None:
        pictures.write(svg, picture(shown))
    links = [{**asdict(link), "ours": link.ours} for link in longest(shown)]
    signs = showable("█", sys.stdout.encoding) == "█"
    others = [f"{number}  {title(one)}" for number, one in enumerate(runs, 1) if number != run]
    lines = [text(shown, width=width(), signs=signs), *(["", "Other runs:", *others] if others else [])]
    show(
        asked,
        "\n".join(lines),
        run=asdict(shown),
        chain=links,
        ours=round(sum(link["ours"] for link in links), 3),
        runs=[title(one) for one in runs],
    )


def _account(asked: Globals) -> str | None:
    """The records hold no id; the state file does, as long as it is there."""
    from provision.ledger.store import read

    with suppress(ProvisionError):  # a damaged one is no matter of this command's
        state = read(asked.state_file)
        return state.account if state else None
    return None
