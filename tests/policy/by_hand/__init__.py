"""What somebody does to an account before a command runs in it, so that the command needs rights it rarely does."""

from __future__ import annotations

from tests.stage import Stage


def nothing(_: Stage) -> None:
    """As the command before left it."""


def without_state(stage: Stage) -> None:
    for file in stage.state.glob("*.json"):
        file.unlink()
