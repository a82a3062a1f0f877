"""`policy`."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from typing import Annotated

import typer

from provision.checks import check_name
from provision.cli import output
from provision.cli.commands import SUMMARIES
from provision.cli.globals import Globals
from provision.cli.session import region_of
from provision.errors import BadSetting, BadUsage, ProvisionError
from provision.policy import document, formats
from provision.policy.scope import Place
from provision.ui.words import say, terminal_width, wrap

COMMANDS = (*document.COMMANDS, document.ALL)
PARTITIONS = {
    "cn-": "aws-cn",
    "us-gov-": "aws-us-gov",
    "eusc-": "aws-eusc",
    "us-iso-": "aws-iso",
    "us-isob-": "aws-iso-b",
    "eu-isoe-": "aws-iso-e",
    "us-isof-": "aws-iso-f",
}
"""By how their Regions' names begin. To ask botocore takes a profile that it can read, and this needs none."""


class Format(StrEnum):
    """Who is to read it."""

    json = "json"
    terraform = "terraform"
    cli = "cli"


def policy(
    ctx: typer.Context,
    command: Annotated[
        str,
        typer.Argument(metavar="COMMAND", help=f"One of {', '.join(COMMANDS)}.", autocompletion=lambda: list(COMMANDS)),
    ],
    *,
    form: Annotated[
        Format, typer.Option("--format", help="IAM's JSON, Terraform resources, or AWS CLI commands.")
    ] = Format.json,
    account: Annotated[
        str, typer.Option(metavar="ID", help="The account; else that of the credentials, if there are any.")
    ] = "",
) -> None:
    """Show the least IAM policy for a command (doctor-fix is `doctor --fix`).

    Changes nothing and needs no credentials. It covers whatever the settings may be, is bound to the stack's names,
    tags, account and Region as far as each action allows, and passes each role to its one service alone.

    Example: provision --target aws --region eu-central-1 policy up --format terraform
    """
    asked: Globals = ctx.obj
    if command in SUMMARIES.keys() - set(COMMANDS):
        raise BadUsage(what=f"`{command}` asks nothing of AWS, so it needs no policy.")
    if command not in COMMANDS:
        raise BadUsage(what=f"There is no command {command!r}.", hint=f"It must be one of {', '.join(COMMANDS)}.")
    place = _place(asked, account)
    output.show(
        asked,
        formats.FORMATS[form](command, place),
        command=command,
        policies=document.parts(command, place),
        policy=document.document(command, place),
    )
    if not asked.json and form == Format.json:
        _remark(command, place)


def _place(asked: Globals, account: str) -> Place:
    if account and not re.fullmatch("[0-9]{12}", account):
        raise BadSetting(what=f"--account {account!r} is not valid.", hint="It must be the account's twelve digits.")
    region = asked.about.region = region_of(asked)
    if not region:
        raise BadSetting(what="There is no Region.", hint="Give --region, for example --region eu-central-1.")
    check_name(asked.name, region=region)
    account = asked.about.account = account or _account_of_credentials(asked) or formats.ACCOUNT
    return Place(partition=_partition(region), account=account, region=region, stack=asked.name)


def _account_of_credentials(asked: Globals) -> str:
    """Empty where there are none that work; the local AWS is not started to be asked."""
    from provision.aws import target

    if asked.local:
        return ""
    try:
        return target.open_aws(profile=asked.profile, region=asked.region).account
    except ProvisionError:
        return ""


def _partition(region: str) -> str:
    """AWS: the beginning of the Region's name tells it."""
    return next((name for prefix, name in PARTITIONS.items() if region.startswith(prefix)), "aws")


def _remark(command: str, place: Place) -> None:
    if document.size(document.document(command, place)) > document.LONGEST:
        limit = f"one managed policy may be ({document.LONGEST} characters)"
        _say(f"It is longer than {limit}: --format terraform or cli makes several.")
    if place.account == formats.ACCOUNT:
        _say(f"Put the account's number in place of {formats.ACCOUNT}, or give --account.")


def _say(text: str) -> None:
    say(sys.stderr, wrap(text, width=terminal_width(sys.stderr)))
