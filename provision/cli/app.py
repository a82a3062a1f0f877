"""The Typer application: global options, the commands, and the way out for every error."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from provision.cli import exits, glance
from provision.cli.globals import NAME, STATE_DIR, Globals, Output, Surroundings, TargetName
from provision.cli.group import Group
from provision.ui.words import say, terminal_width, wrap

app = typer.Typer(
    name="provision",
    cls=Group,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich would take longer to import than everything else together
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A Lambda function in front of a private PostgreSQL on RDS, RDS Proxy between them, and the way back.",
)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer's callback protocol
    if wanted:
        from importlib.metadata import version

        typer.echo(f"provision {version('provision')}")
        raise typer.Exit


def _tell_of_variables() -> None:
    from provision.cli import variables  # here, because no help text needs it

    for sentence in variables.unknown(os.environ):
        say(sys.stderr, wrap(f"Warning: {sentence}", width=terminal_width(sys.stderr), rest="  "))


@app.callback()
def options(
    ctx: typer.Context,
    *,
    name: Annotated[str, typer.Option(envvar="PROVISION_NAME", help="The stack's name.")] = NAME,
    target: Annotated[
        TargetName, typer.Option(envvar="PROVISION_TARGET", help="The embedded local AWS, or the real one.")
    ] = TargetName.local,
    region: Annotated[str, typer.Option(help="AWS Region; as the AWS CLI resolves it.", show_default=False)] = "",
    profile: Annotated[str, typer.Option(help="AWS profile; as the AWS CLI resolves it.", show_default=False)] = "",
    state_dir: Annotated[
        Path, typer.Option(envvar="PROVISION_STATE_DIR", help="Where state files are kept.", file_okay=True)
    ] = STATE_DIR,
    config: Annotated[
        Path | None,
        typer.Option(envvar="PROVISION_CONFIG", help="Settings file; ./provision.toml if it is there."),
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="KEY=VALUE", help="A tag of your own for every resource; repeatable.")
    ] = None,
    output: Annotated[Output, typer.Option(envvar="PROVISION_OUTPUT", help="What stdout gets.")] = Output.text,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only warnings and errors on stderr.")] = False,
    debug: Annotated[  # noqa: ARG001 - read before the options are parsed, for errors in them
        bool, typer.Option("--debug", help="Show the trace of an unforeseen error.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - answered by its callback
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Options that come before the command."""
    _tell_of_variables()
    about, around = ctx.obj
    about.name, about.target = name, target.value
    ctx.obj = Globals(
        about=about,
        name=name,
        target=target.value,
        region=region or None,
        profile=profile or None,
        state_dir=state_dir,
        config=config,
        tags=tuple(tag or ()),
        output=output.value,
        quiet=quiet,
        around=around,
    )


def run(arguments: Sequence[str], around: Surroundings | None = None) -> int:
    """The exit code of one command line; every error has been told by then. `around`: not the machine's own."""
    command, about = typer.main.get_command(app), glance.about(arguments, os.environ)
    given = about, around or Surroundings()
    return exits.exit_code(
        lambda: command.main(list(arguments) or ["--help"], prog_name="provision", standalone_mode=False, obj=given),
        about,
        arguments,
        os.environ,
    )
