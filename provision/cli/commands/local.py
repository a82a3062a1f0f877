"""`local status | stop | logs`: the embedded local AWS."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from provision.cli import output
from provision.cli.commands import SUMMARIES
from provision.cli.globals import Globals
from provision.cli.session import local_folder
from provision.errors import LedgerUnwritable
from provision.ui import report
from provision.ui.words import showable_lines

local = typer.Typer(name="local", help=SUMMARIES["local"], add_completion=False, rich_markup_mode=None)


@local.command(short_help="Show its processes.")
def status(ctx: typer.Context) -> None:
    """Show its processes: the control plane, databases, poolers and function environments.

    Example: provision local status
    """
    from provision.aws import local as embedded

    asked: Globals = ctx.obj
    with _folder(asked) as folder:
        found = embedded.status(folder)
    rows = [
        report.LocalRow(what=one.what, state=one.state, pid=one.pid, port=one.port, age=one.age)
        for one in found.processes
    ]
    text = report.local(rows, width=output.width())
    document: dict[str, object] = {
        "running": found.running,
        "url": found.url,
        "log": str(found.log),
        "processes": [vars(row) for row in rows],
    }
    _tell(asked, "\n".join([text, *found.notes]), document)


@local.command()
def stop(ctx: typer.Context) -> None:
    """End all its processes. Its account and databases stay until a teardown; the next command starts it again.

    Example: provision local stop
    """
    from provision.aws import local as embedded

    asked: Globals = ctx.obj
    with _folder(asked) as folder:
        stopped = embedded.stop(folder)
    text = "The local AWS has stopped." if stopped else "The local AWS was not running."
    _tell(asked, text, {"stopped": stopped})


@local.command()
def logs(
    ctx: typer.Context,
    *,
    lines: Annotated[int, typer.Option("--lines", "-n", min=1, help="How many, from the end.")] = 100,
) -> None:
    """Show the end of its log.

    Example: provision local logs -n 20
    """
    from provision.aws import local as embedded

    asked: Globals = ctx.obj
    with _folder(asked) as folder:
        path = embedded.log_path(folder)
        tail = path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:] if path.is_file() else []
    text = "\n".join(showable_lines("\n".join(tail))) if tail else "There is no log yet."
    _tell(asked, text, {"log": str(path), "lines": tail})


@contextmanager
def _folder(asked: Globals) -> Iterator[Path]:
    """Where it keeps everything. Raises `LedgerUnwritable` where that cannot be read or changed."""
    folder = local_folder(asked)
    try:
        yield folder
    except OSError as error:
        raise LedgerUnwritable(
            what=f"The folder {folder}, where the local AWS keeps its account, cannot be used.",
            why=f"{error.strerror or error}.",
            hint="Give yourself the right to read and write there, or choose another --state-dir.",
        ) from error


def _tell(asked: Globals, text: str, document: dict[str, object]) -> None:
    from provision.aws import local as embedded
    from provision.aws import target

    about = asked.about
    about.target, about.account, about.region = target.LOCAL, embedded.ACCOUNT, target.local_region(asked.region)
    output.show(asked, text, **document)
