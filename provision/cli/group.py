"""The commands, each imported only once it is asked for: `--help` needs one line of each, everything else needs one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperGroup

from provision.cli.commands import SUMMARIES


class Commands(Mapping[str, Any]):
    """By name, as Typer's group holds them."""

    def __iter__(self) -> Iterator[str]:
        return iter(SUMMARIES)

    def __len__(self) -> int:
        return len(SUMMARIES)

    def __getitem__(self, name: str) -> Any:
        summary = SUMMARIES[name]
        attribute = name.replace("-", "_")
        made = getattr(import_module(f"provision.cli.commands.{attribute}"), attribute)
        if isinstance(made, typer.Typer):
            return typer.main.get_command(made)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(name, short_help=summary)(made)
        return typer.main.get_command(alone)


class Group(TyperGroup):
    """What `provision` is to Typer."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands: Any = Commands()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - Typer's protocol
        """Without asking for any of them."""
        return list(SUMMARIES)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 - Typer's protocol
        """One line of each."""
        with formatter.section("Commands"):
            formatter.write_dl(list(SUMMARIES.items()))
