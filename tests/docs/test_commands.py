"""Commands that pages and help texts show without an answer are at least commands: every option is there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Any

import pytest
import typer.main

from provision.cli.app import app
from tests.shape.sources import text, tracked

TOP: Any = typer.main.get_command(app)
FENCE = re.compile(r"^ *```(?:sh|console)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
INDENTED = re.compile(r"^ {4}(?:scripts/provision|python -m provision) .*$", re.MULTILINE)
START = re.compile(r"^(?:\$ )?(?:scripts/|python -m )?provision (?P<words>[^|&;>#]*)")


def every_command(group: Any) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        inner = getattr(command, "commands", None)
        if inner:
            yield from ((f"{name} {sub}", one) for sub, one in every_command(command))
        else:
            yield name, command


COMMANDS = dict(every_command(TOP))
EXAMPLES = {
    name: line.removeprefix("Example: ").strip()
    for name, command in COMMANDS.items()
    for line in (command.help or "").splitlines()
    if line.strip().startswith("Example: ")
}


def shown() -> Iterator[tuple[str, str]]:
    """(page, what one types after `provision`)."""
    for path in tracked():
        if path.suffix == ".md":
            page = text(path)
            lines = [line for fence in FENCE.findall(page) for line in fence.splitlines()]
            for line in [*lines, *(one.strip() for one in INDENTED.findall(page))]:
                start = START.match(line.strip())
                if start:
                    yield str(path), start["words"].strip()


SHOWN = sorted(set(shown()))


def parse(words: list[str]) -> None:
    """As the command line would, up to where it would run. Raises what it would refuse."""
    context = TOP.make_context("provision", list(words))
    group, rest = TOP, [*context._protected_args, *context.args]  # noqa: SLF001 - where click keeps the command
    while getattr(group, "commands", None):
        assert rest, f"no command in {words}"
        group, name, rest = group.commands[rest[0]], rest[0], rest[1:]
        context = group.make_context(name, rest, parent=context)
        rest = [*context._protected_args, *context.args] if getattr(group, "commands", None) else []  # noqa: SLF001 - as above


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_an_example_of_itself(name: str) -> None:
    assert name in EXAMPLES
    words = shlex.split(EXAMPLES[name])
    assert words[0] == "provision"
    assert name in " ".join(words)
    parse(words[1:])


@pytest.mark.parametrize(("page", "words"), SHOWN, ids=[f"{page}: {words}" for page, words in SHOWN])
def test_a_shown_command_is_one(page: str, words: str) -> None:
    assert page
    parse(shlex.split(words))


def test_what_names_aws_names_a_region() -> None:
    """What is pasted has to work, and without a Region it is refused."""
    assert [(page, words) for page, words in SHOWN if "--target aws" in words and "--region" not in words] == []


def test_an_unknown_option_is_noticed() -> None:
    with pytest.raises(Exception, match="--nonsense"):
        parse(["up", "--nonsense"])
