"""`plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from provision.cli import telling
from provision.cli.commands.up import Egress
from provision.cli.session import opened
from provision.ui import report

if TYPE_CHECKING:
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
) -> None:
    """Show what `up` would create, change, remove or leave; nothing is changed.

    Example: provision plan --detailed-exitcode
    """
    options = {"network": {"egress": egress.value}} if egress else {}
    with opened(ctx.obj, "plan", changes=False, options=options) as session:
        from provision.operations.looking import plan as operation

        found = operation(session.work, proxy=proxy)
        rows = _rows(found)
        steps = [{"key": row.key, "verb": row.verb, "details": list(row.details)} for row in rows]
        telling.tell(session, report.plan(rows, width=telling.width()), to_do=found.to_do, plan=steps)
    if detailed_exitcode and found.to_do:
        raise typer.Exit(TO_DO)


def _rows(found: Plan) -> list[report.PlanRow]:
    verbs: dict[str, Any] = {"create": "create", "change": "change"}
    rows = [
        report.PlanRow(
            key=look.step.key,
            label=look.step.label,
            verb=verbs.get(look.verb, "leave"),
            details=tuple(str(change) for change in look.changes),
        )
        for look in found.looks
    ]
    gone = [report.PlanRow(key=look.step.key, label=look.step.label, verb="remove") for look in found.removals]
    return rows + gone
