"""`up`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from provision.cli import output
from provision.cli.session import opened


class Egress(StrEnum):
    """The way out of the private subnets."""

    nat = "nat"
    endpoint = "endpoint"


def setting_of(egress: Egress | None) -> dict[str, dict[str, str]]:
    """What --egress says, as the settings file would; nothing where it was not given."""
    return {"network": {"egress": egress.value}} if egress else {}


def up(
    ctx: typer.Context,
    *,
    proxy: Annotated[
        bool, typer.Option("--proxy", help="Make RDS Proxy in the same run, beside the database.")
    ] = False,
    egress: Annotated[
        Egress | None, typer.Option(help="A NAT gateway, or an interface endpoint for Secrets Manager.")
    ] = None,
    preflight: Annotated[
        bool, typer.Option("--preflight/--no-preflight", help="First ask AWS whether it can work.")
    ] = True,
) -> None:
    """Make or repair the stack, then call the function.

    Example: provision up --egress endpoint
    """
    options = setting_of(egress)
    with opened(ctx.obj, "up", changes=True, options=options) as session:
        from provision.operations.up import up as operation

        answer = operation(session.work, proxy=proxy, ask_first=preflight)
        output.result(session, answer, proxy=session.work.has_proxy())
