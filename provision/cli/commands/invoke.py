"""`invoke`."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from provision.cli import output
from provision.cli.session import opened
from provision.errors import BadUsage
from provision.ui import report


def invoke(
    ctx: typer.Context, *, payload: Annotated[str, typer.Option(metavar="JSON", help="What the function gets.")] = "{}"
) -> None:
    """Call the function and show its answer.

    Example: provision invoke --payload '{"name": "value"}'
    """
    event = _parsed(payload)
    with opened(ctx.obj, "invoke", changes=False) as session:
        from provision.operations.calling import once

        answer = once(session.work, event)
        output.tell(session, report.answer(answer.payload), response=answer.payload)


def _parsed(payload: str) -> Any:
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        raise BadUsage(
            what="--payload is not valid JSON.",
            why=f"{error}.",
            hint="""Write it like --payload '{"name": "value"}'.""",
        ) from error
