"""Whether a command can be typed: one of the AWS CLI by botocore's model, which it is built from, or one of ours."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import botocore.session
import typer.main
from botocore import xform_name

from provision.cli.app import app
from provision.doctor.finding import Finding

MORE: dict[tuple[str, str], dict[str, bool]] = {
    ("ec2", "authorize-security-group-egress"): {"--protocol": True, "--port": True, "--cidr": True},
    ("ec2", "create-network-acl-entry"): {"--ingress": False},
    ("ec2", "replace-network-acl-entry"): {"--ingress": False},
    ("logs", "tail"): {"--since": True},
}
"""Options that the CLI adds to an operation's own, and whether they take a value."""
WORDS = {("lambda", "invoke"): 1, ("logs", "tail"): 1}
"""Operations that take words which belong to no option, and how many."""
SHELLS = re.compile(r"[;()<>|&*?$\[\]{}]")
"""What a shell takes for itself where it is not quoted; zsh brackets and braces too."""
BLANK = re.compile(r"(?<![A-Za-z])[A-Z]{2}[A-Z_]*(?![A-Za-z])")
DRAWN = re.compile(r"(?<=:secret:)[\w/-]+-\w{6}\b")
"""A secret's name in its ARN, which ends in six characters that AWS draws, capitals among them."""
VALUES = {"AWSPENDING", "SECRETS", "DISABLED", "ENABLED", "REQUIRED"}
"""AWS's own in capitals; all else in capitals is for the reader to fill in."""
SESSION: Any = botocore.session.get_session()


def wrong(finding: Finding) -> Iterator[str]:
    """What keeps its command from being typed; nothing of one that can be."""
    if not (finding.command or finding.advice):
        yield "nothing mends it"
    if SHELLS.search(re.sub(r"'[^']*'", "", finding.command)):
        yield "a shell would take some of it for itself"
    elif finding.command.startswith("aws "):
        yield from _wrong_for_aws(shlex.split(finding.command)[1:])
    elif finding.command.startswith("provision "):
        group: Any = typer.main.get_command(app)
        if shlex.split(finding.command)[1] not in group.commands:
            yield "provision has no such command"
    elif finding.command:
        yield "neither the AWS CLI's nor ours"
    for blank in set(BLANK.findall(DRAWN.sub("", finding.command))) - VALUES:
        if blank not in finding.advice:
            yield f"nobody says what {blank} is"


def _wrong_for_aws(words: list[str]) -> Iterator[str]:
    service, operation = words[0], words[1]
    options, rest = _known(service, words)
    alone: list[str] = []
    while rest:
        word = rest.pop(0)
        if not word.startswith("--"):
            alone.append(word)
        elif word not in options:
            yield f"{operation} has no {word}"
        elif options[word]:
            many = options[word] == "list"
            values = [rest.pop(0) for _ in range(_values(rest) if many else min(1, _values(rest)))]
            if not values or "..." in " ".join(values):
                yield f"{word} has no value"
    if len(alone) != WORDS.get((service, operation), 0):
        yield f"words that belong to no option: {alone}"


def _values(words: list[str]) -> int:
    return next((number for number, word in enumerate(words) if word.startswith("--")), len(words))


def _known(service: str, words: list[str]) -> tuple[dict[str, Any], list[str]]:
    """Each option with the kind of its value, False for none; and the words that are left."""
    model, operation = SESSION.get_service_model(service), words[1]
    options: dict[str, Any] = {"--query": True, **MORE.get((service, operation), {})}
    if operation == "wait":
        waiters = SESSION.get_waiter_model(service)
        waiter = next(one for one in waiters.waiter_names if xform_name(one, "-") == words[2])
        return options | _options(model.operation_model(waiters.get_waiter(waiter).operation)), words[3:]
    named = {xform_name(one, "-"): one for one in model.operation_names}
    if operation not in named:
        return options, words[2:]
    return options | _options(model.operation_model(named[operation])), words[2:]


def _options(model: Any) -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, shape in model.input_shape.members.items():
        option = xform_name(name, "-")
        # The CLI: a structure of a mere boolean `Value` is a flag as well.
        if shape.type_name == "boolean" or [*getattr(shape, "members", ())] == ["Value"]:
            options |= {f"--{option}": False, f"--no-{option}": False}
        else:
            options[f"--{option}"] = shape.type_name
    return options
