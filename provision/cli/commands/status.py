"""`status`."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from provision.cli import output
from provision.cli.session import Session, opened
from provision.ui import report

if TYPE_CHECKING:
    from provision.engine.survey import Look

UNWANTED = "no longer wanted"


def status(ctx: typer.Context) -> None:
    """Show each resource with its id, state and age, what differs from the settings, and the proxy target's health.

    Example: provision --output json status
    """
    with opened(ctx.obj, "status", changes=False) as session:
        from provision.operations.looking import status as operation

        looks, left_over = operation(session.work)
        there = [look for look in (*looks, *left_over) if look.found is not None or look.trouble is not None]
        rows = [_row(look, _age(session, look)) for look in (looks if there else [])]
        rows += [replace(_row(look, _age(session, look)), drift=(UNWANTED,), trouble="") for look in left_over]
        health = [_health(look) for look in there if look.step.key == "proxy.target"]
        output.tell(
            session,
            report.status(rows, health, width=output.width()),
            resources=[
                {
                    "key": row.key,
                    "id": row.id,
                    "state": row.state,
                    "age": row.age,
                    "drift": [*row.drift, *([row.trouble] if row.trouble else [])],
                }
                for row in rows
            ],
            health=[vars(one) for one in health],
        )


def _row(look: Look, age: float | None) -> report.StatusRow:
    trouble = look.trouble
    return report.StatusRow(
        key=look.step.key,
        label=look.step.label,
        id=look.found.id if look.found else "",
        state="in the way" if trouble and not look.found else look.condition.detail or look.condition.state,
        age=age,
        drift=tuple(str(change) for change in look.changes),
        trouble=f"{trouble.what} {trouble.why}".strip() if trouble else "",
    )


def _age(session: Session, look: Look) -> float | None:
    """Since AWS made it or, of what AWS does not date, since the state file has it as it is."""
    if look.found is None:
        return None
    row = session.work.run.recorded(look.step)
    since = datetime.fromisoformat(look.found.made).timestamp() if look.found.made else row.since if row else None
    return max(0.0, time.time() - since) if since else None


def _health(look: Look) -> report.HealthRow:
    attrs = look.found.attrs if look.found else {}
    return report.HealthRow(
        target=look.found.id if look.found else "",
        state=attrs.get("health", "unknown"),
        reason=attrs.get("reason", ""),
        description=attrs.get("description", ""),
    )
