"""`logs`."""

from __future__ import annotations

import re
import sys
import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from provision.cli import output
from provision.cli.exits import Ended
from provision.cli.globals import Globals
from provision.cli.session import opened
from provision.errors import BadUsage
from provision.ui import logs as lines
from provision.ui.words import say

UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def logs(
    ctx: typer.Context,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on showing what comes, until Ctrl-C.")] = False,
    since: Annotated[
        str, typer.Option(metavar="10m|TIME", help="How far back: 30s, 10m, 2h, 1d, 1w, or a time (ISO 8601, UTC).")
    ] = "10m",
    rotation: Annotated[bool, typer.Option("--rotation", help="Of the function that changes the password.")] = False,
) -> None:
    """Show what the function and Lambda itself wrote, in order.

    Example: provision logs --follow --since 1h
    """
    asked: Globals = ctx.obj
    if follow and asked.json:
        raise BadUsage(
            what="--follow has no end, and --output json is one document.",
            hint="Leave one of them out.",
        )
    start = _start(since)
    with opened(asked, "logs", changes=False) as session:
        from provision.operations.logs import log_group
        from provision.operations.logs import logs as operation

        pages = operation(session.work, rotation=rotation, since=start, follow=follow)
        if asked.json:
            events = [
                {"time": lines.stamp(event.at), "message": event.message.rstrip("\n"), "stream": event.stream}
                for page in pages
                for event in page
            ]
            output.tell(session, "", log_group=log_group(session.work, rotation=rotation), events=events)
            return
        some = False
        try:
            for page in pages:
                say(sys.stdout, "\n".join(lines.line(event.at, event.message) for event in page))
                some = True
        except KeyboardInterrupt:
            if not follow:
                raise
            raise Ended from None  # with the exit code of `aws logs tail --follow`
        if not some:
            session.work.note(f"Nothing was written since {lines.stamp(int(start * 1000))}.")


def _start(since: str) -> float:
    """Seconds since 1970."""
    span = re.fullmatch(r"(\d{1,9})([smhdw])", since)
    if span:
        return max(0.0, time.time() - int(span[1]) * UNITS[span[2]])
    try:
        when = datetime.fromisoformat(since)
        return max(0.0, when.replace(tzinfo=when.tzinfo or UTC).astimezone(UTC).timestamp())
    except (ValueError, OverflowError) as error:
        raise BadUsage(
            what=f"--since {since!r} is not a valid time.", hint="Write it like 10m, 2h, 1d or 2026-11-24T10:30:00Z."
        ) from error
