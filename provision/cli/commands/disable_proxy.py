"""`disable-proxy`."""

from __future__ import annotations

import typer

from provision.cli import telling
from provision.cli.session import opened


def disable_proxy(ctx: typer.Context) -> None:
    """Let the function use the database directly again, and remove the proxy.

    Example: provision disable-proxy
    """
    with opened(ctx.obj, "disable-proxy", changes=True) as session:
        from provision.operations.proxy import disable

        telling.result(session, disable(session.work), proxy=False)
