"""What a command line says before it is parsed, because what is wrong with it is told in a document as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from provision.cli.commands import SUMMARIES
from provision.cli.globals import NAME, About, Output, TargetName


def about(arguments: Sequence[str], environment: Mapping[str, str]) -> About:
    """Name, target and Region, as far as options and variables name them."""
    target = _said("target", arguments, environment) or TargetName.local
    return About(
        name=_said("name", arguments, environment) or NAME,
        target=target if target in list(TargetName) else None,
        region=_option("region", arguments)
        or environment.get("AWS_REGION")
        or environment.get("AWS_DEFAULT_REGION")
        or None,
    )


def wants_json(arguments: Sequence[str], environment: Mapping[str, str]) -> bool:
    return _said("output", arguments, environment) == Output.json


def command(arguments: Sequence[str]) -> str:
    """`provision up`, or `provision` alone."""
    return " ".join(["provision", *(one for one in arguments if one in SUMMARIES)][:2])


def _said(option: str, arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    return _option(option, arguments) or environment.get(f"PROVISION_{option.upper()}", "")


def _option(option: str, arguments: Sequence[str]) -> str:
    pairs = zip(arguments, [*arguments[1:], ""], strict=False)
    values = [
        value if word == f"--{option}" else word.partition("=")[2]
        for word, value in pairs
        if word.partition("=")[0] == f"--{option}"
    ]
    return values[-1] if values else ""
