"""`enable-proxy`."""

from __future__ import annotations

import typer

from provision.cli import telling
from provision.cli.session import opened


def enable_proxy(ctx: typer.Context) -> None:
    """Put RDS Proxy between the function and the database.

    Example: provision enable-proxy
    """
    with opened(ctx.obj, "enable-proxy", changes=True) as session:
        from provision.operations.proxy import enable

        telling.result(session, enable(session.work), proxy=True)
