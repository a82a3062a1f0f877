"""What of the pages is drawn from the code (docs/commands.md, docs/settings.md, the layers in CONTRIBUTING.md), and
pages whose commands print something else by now.

`python -m tests.docs.references PAGE ...` writes the former, and runs the commands of each page.
"""

from __future__ import annotations

import ast
import inspect
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import typer.main

from provision import profiles, settings
from provision.cli.app import app
from provision.errors import BadSetting
from tests.docs.console import Shell, retold
from tests.docs.layers import contributing
from tests.shape.sources import ROOT

WRITTEN = "<!-- Drawn from the code by scripts/references. -->"
WHERE = """\
In `provision.toml`, a table for each section; in the environment, `PROVISION_<SECTION>_<KEY>`. An option wins over the
environment, that over the file, that over the profile, that over the default. An unknown key is refused;
of an unknown variable that resembles a known one there is a warning. `[tags]` holds tags of your own for every
resource, as `--tag` does; they have no variables. One that is taken out again stays on what has it: nothing tells it
from a tag that somebody added by hand. In a variable a list is written with commas (`eu-central-1a,eu-central-1b`);
an empty variable counts as none.

Most settings can be changed at any time: `up` changes what is there. These cannot be changed in place, or not
without risk to the data: `network.cidr`, `network.zones`, `database.engine_version`, `database.name`,
`database.username` and `database.port`. For a stack that has other values, `up` and `plan` refuse (exit 4).

`profile = "production"`, above all sections (in the environment `PROVISION_SETTINGS_PROFILE`), stands for the column
*production* in place of the default; `"development"`, which is the default profile, for none."""
WORDS = {"int": "N", "int range": "N", "integer": "N", "integer range": "N", "path": "PATH"}
HIDDEN = {"--help", "--install-completion", "--show-completion"}


def commands() -> str:
    """Every command with its options, from the command line itself."""
    top: Any = typer.main.get_command(app)
    parts = [
        "# Commands",
        WRITTEN,
        "Global options come before the command: `provision --name shop --output json status`.",
        "## Global options",
        *_options(top),
    ]
    for name, command in top.commands.items():
        parts += _command(name, command)
    return "\n\n".join(parts) + "\n"


def _command(name: str, command: Any) -> Iterator[str]:
    yield f"## {name}"
    yield from _help(command.help)
    yield from _options(command)
    for sub, inner in getattr(command, "commands", {}).items():
        yield f"### {name} {sub}"
        yield from _help(inner.help)
        yield from _options(inner)


def _help(text: str | None) -> Iterator[str]:
    for paragraph in inspect.cleandoc(text or "").split("\n\n"):
        line = " ".join(paragraph.split())
        example = line.removeprefix("Example: ")
        yield line if example == line else f"```sh\n{example}\n```"


def _options(command: Any) -> Iterator[str]:
    rows = [_row(one) for one in command.params if not set(one.opts) & HIDDEN]
    if rows:
        yield "\n".join(["| Option | Environment | Default | |", "|---|---|---|---|", *rows])


def _row(option: Any) -> str:
    flags = ", ".join(f"`{flag}`" for flag in [*option.opts, *option.secondary_opts] if flag.startswith("-"))
    value = "" if getattr(option, "is_flag", False) else _value(option)
    environment = f"`{option.envvar}`" if getattr(option, "envvar", None) else ""
    default = option.opts[0] if option.default is True else option.default
    shown = f"`{getattr(default, 'value', default)}`" if default not in (None, False, "") else ""
    return f"| {flags or f'`{option.name.upper()}`'}{value} | {environment} | {shown} | {option.help or ''} |"


def _value(option: Any) -> str:
    if not option.opts[0].startswith("-"):
        return ""
    choices = getattr(option.type, "choices", None)
    if choices:
        return " " + "\\|".join(choices)
    return " " + (option.metavar or WORDS.get(option.type.name, "TEXT")).replace("|", "\\|")


def settings_page() -> str:
    """Every setting, with what the code itself says it accepts."""
    parts = [
        "# Settings",
        WRITTEN,
        WHERE,
    ]
    for section, kind in settings.SECTIONS.items():
        said = _said(kind)
        rows = [
            f"| `{spec.name}` | `{_default(spec.default)}` | {_production(section, spec.name)} "
            f"| {_accepted(kind, spec.name, spec.default)} | {said.get(spec.name, '')} |"
            for spec in fields(kind)
            if spec.default is not MISSING
        ]
        parts += [
            f"## [{section}]",
            inspect.cleandoc(kind.__doc__ or ""),
            "\n".join(["| Key | Default | production | Accepted | |", "|---|---|---|---|---|", *rows]),
        ]
    return "\n\n".join(parts) + "\n"


def _said(kind: type[Any]) -> dict[str, str]:
    """The docstring below each field."""
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    told = {}
    for field, below in zip(body.body, body.body[1:], strict=False):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(below, ast.Expr):
            text = ast.literal_eval(below.value)
            told[field.target.id] = " ".join(str(text).split())
    return told


def _production(section: str, name: str) -> str:
    wanted = profiles.PRODUCTION.get(section, {})
    return f"`{_default(wanted[name])}`" if name in wanted else ""


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[]" if not value else str(list(value))
    return f'"{value}"' if isinstance(value, str) else str(value)


def _accepted(kind: type[Any], name: str, default: Any) -> str:
    """What the code says when it refuses a value that cannot work."""
    if isinstance(default, bool):
        return "true or false"
    wrong: dict[type[Any], Any] = {str: "\0", int: -1, tuple: ("\0",)}
    try:
        kind(**{name: wrong[type(default)]})
    except BadSetting as error:
        return (error.hint or error.why).removeprefix("It must be ").removesuffix(".").replace("|", "\\|")
    return "any"


PAGES = {"docs/commands.md": commands, "docs/settings.md": settings_page, "CONTRIBUTING.md": contributing}


def main() -> None:
    for path, page in PAGES.items():
        (ROOT / path).write_text(page(), encoding="utf-8")
    for name in sys.argv[1:]:
        told = ROOT / name
        with tempfile.TemporaryDirectory() as folder:
            shell = Shell(Path(folder))
            told.write_text(retold(told.read_text(encoding="utf-8"), shell.run), encoding="utf-8")
            shell.end()


if __name__ == "__main__":
    main()
