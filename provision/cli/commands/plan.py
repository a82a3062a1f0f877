"""`plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from provision.cli import output
from provision.cli.commands.up import Egress, setting_of
from provision.cli.pricing import PricesFile, document, dollars
from provision.cli.session import opened
from provision.ui import report
from provision.ui.words import wrap

if TYPE_CHECKING:
    from provision.cost.bill import Bill
    from provision.operations.looking import Plan

TO_DO = 7


def plan(
    ctx: typer.Context,
    *,
    proxy: Annotated[bool, typer.Option("--proxy", help="As `up --proxy` would do.")] = False,
    egress: Annotated[Egress | None, typer.Option(help="As `up --egress` would do.")] = None,
    detailed_exitcode: Annotated[
        bool, typer.Option("--detailed-exitcode", help="Exit with 7 when there is something to do.")
    ] = False,
    prices: PricesFile = None,
) -> None:
    """Show what `up` would create, change, remove or leave, and what it costs; nothing is changed.

    Example: provision plan --detailed-exitcode
    """
    from provision.cost import bill
    from provision.cost import prices as table
    from provision.ui import costs

    options = setting_of(egress)
    listed = table.load(prices)
    with opened(ctx.obj, "plan", changes=False, options=options) as session:
        from provision.operations.looking import plan as operation

        found = operation(session.work, proxy=proxy)
        settings = session.work.settings
        rows = _rows(found, bill.every(settings, listed))
        steps = [
            {"key": row.key, "verb": row.verb, "details": list(row.details), "monthly_usd": row.monthly_usd}
            for row in rows
        ]
        whole = bill.bill(settings, listed, proxy=found.proxy)
        region = session.work.run.stack.region
        cost = costs.sentence(whole, what="This stack", prices=listed, region=region)
        text = f"{report.plan(rows, width=output.width())}\n{wrap(cost, width=output.width())}"
        output.tell(session, text, to_do=found.to_do, plan=steps, cost=document(whole))
    if detailed_exitcode and found.to_do:
        raise typer.Exit(TO_DO)


def _rows(found: Plan, bill: Bill) -> list[report.PlanRow]:
    verbs: dict[str, Any] = {"create": "create", "change": "change"}
    rows = [
        report.PlanRow(
            key=look.step.key,
            label=look.step.label,
            verb=verbs.get(look.verb, "leave"),
            details=tuple(str(change) for change in look.changes),
            monthly_usd=dollars(bill.of(look.step.key)),
        )
        for look in found.looks
    ]
    gone = [
        report.PlanRow(
            key=look.step.key, label=look.step.label, verb="remove", monthly_usd=dollars(bill.of(look.step.key))
        )
        for look in found.removals
    ]
    return rows + gone
