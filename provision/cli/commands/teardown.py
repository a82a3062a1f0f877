"""`teardown`."""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from provision.cli import output, pricing
from provision.cli.globals import Globals
from provision.cli.session import Session, opened
from provision.errors import BadUsage, Failed, NotOurs, PatienceRanOut
from provision.ui import report

if TYPE_CHECKING:
    from provision.cost.prices import Prices


def teardown(
    ctx: typer.Context,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    final_snapshot: Annotated[
        str | None, typer.Option(metavar="NAME", help="Take a final snapshot of the database under this name.")
    ] = None,
    skip_final_snapshot: Annotated[bool, typer.Option("--skip-final-snapshot", help="Take no final snapshot.")] = False,
    prices: pricing.PricesFile = None,
) -> None:
    """Remove everything that carries the stack's tags, and prove it with a fresh look at the account.

    On aws a final snapshot of the database is taken unless you skip it; on local only if you name one.

    Example: provision teardown --skip-final-snapshot
    """
    from provision.cost import prices as table

    asked: Globals = ctx.obj
    snapshot = _snapshot(asked, final_snapshot, skip=skip_final_snapshot)
    listed = table.load(prices)
    if not yes:
        asked = _confirm(asked)
    with opened(asked, "teardown", changes=True) as session:
        from provision.operations.teardown import teardown as operation

        try:
            left = operation(session.work, final_snapshot=snapshot)
        except (Failed, NotOurs, PatienceRanOut):
            _say_what_remains(session, listed)
            raise
        rows = [
            report.LeftRow(kind=one.kind, id=one.id, why=one.on_purpose, monthly_usd=pricing.kept(listed, one.gib))
            for one in left
        ]
        run = session.work.run
        ended = pricing.removed(session.work.settings, listed, run.changed)
        output.tell(
            session,
            f"{report.changed(run.changed)}\n\n{report.receipt(rows, ended=ended, width=output.width())}",
            changed=output.changes(run),
            resources=[],
            outputs={},
            left=[{"kind": row.kind, "id": row.id, "monthly_usd": row.monthly_usd} for row in rows],
            cost={"ended_monthly_usd": ended},
        )


def _say_what_remains(session: Session, listed: Prices) -> None:
    """A receipt for a teardown that did not reach its end, from a fresh look at the account."""
    from provision.operations.teardown import remaining

    left = remaining(session.work)
    if left:
        month = pricing.of_steps(session.work.settings, listed, [one.key for one in left])
        what = f"Still there: {', '.join(f'{one.kind} {one.id}' for one in left)}."
        cost = f"That costs about {month:.2f} USD a month." if month else "None of it costs anything by itself."
        session.work.warn(what, cost)


def _snapshot(asked: Globals, name: str | None, *, skip: bool) -> str | None:
    if name and skip:
        raise BadUsage(what="--final-snapshot and --skip-final-snapshot exclude each other.", hint="Give one of them.")
    if skip or (name is None and asked.local):
        return None
    # AWS: a snapshot's name is taken for as long as the snapshot exists, so the time makes ours new.
    if name is not None and not re.fullmatch(r"(?=.{1,255}$)[A-Za-z](-?[A-Za-z0-9])*", name):
        raise BadUsage(
            what=f"--final-snapshot {name!r} is not valid.",
            hint="It must begin with a letter; then letters, digits and single hyphens, with no hyphen at the end; "
            "255 characters at most.",
        )
    return name or f"{asked.name}-final-{datetime.now(UTC):%Y%m%d-%H%M%S}"


def _where(asked: Globals) -> tuple[str, Globals]:
    """What is answered for has to be known first. Raises what there is to say of credentials, Region and network.

    Goes on with the session that told it: where a role asks for a one-time code, each session asks for another.
    """
    from provision.aws import target

    if asked.local:
        return target.LOCAL, asked
    found = target.open_aws(profile=asked.profile, region=asked.region, session=asked.around.session)
    around = replace(asked.around, session=found.session)
    return f"{found.name} (account {found.account}, Region {found.region})", replace(asked, around=around)


def _confirm(asked: Globals) -> Globals:
    """`asked`, once the stack's name was typed. Raises `BadUsage`."""
    if not sys.stdin.isatty() or asked.json:
        raise BadUsage(
            what="teardown asks before it removes anything; without a terminal, or with JSON output, it cannot.",
            hint="Say --yes if you mean it.",
        )
    where, asked = _where(asked)
    question = f"This removes the stack {asked.name} on {where}. Type its name to go on"
    typed = typer.prompt(question, err=True)
    if typed.strip() != asked.name:
        raise BadUsage(what="That is not the stack's name.", why="Nothing was removed.", hint="Run it again.")
    return asked
