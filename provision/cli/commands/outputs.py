"""`outputs`."""

from __future__ import annotations

from typing import Annotated

import typer

from provision.cli import output
from provision.cli.session import opened
from provision.ui import report


def _keys() -> list[str]:
    from provision.operations.looking import OUTPUTS

    return list(OUTPUTS)


def outputs(
    ctx: typer.Context,
    key: Annotated[
        str | None,
        typer.Argument(metavar="KEY", help="Only this one, bare.", show_default=False, autocompletion=_keys),
    ] = None,
) -> None:
    """Show the endpoints, ARNs and names that a script needs.

    Example: provision outputs function_name
    """
    with opened(ctx.obj, "outputs", changes=False) as session:
        from provision.operations.looking import outputs as operation

        values = operation(session.work)
        if key is not None:
            values = {key: report.output(values, key)}
        if not values:
            session.work.note("There is nothing yet. `up` makes it.")
        output.tell(session, values[key] if key is not None else report.outputs(values), outputs=values)
