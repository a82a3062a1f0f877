"""The port that an instance listens on: as asked for, or, of an emulator's, another from the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def shown(seen: Mapping[str, Any]) -> str:
    """As AWS describes it; empty while the instance is not nearly there."""
    return str(seen.get("Endpoint", {}).get("Port", ""))


def meant(seen: Mapping[str, Any], asked: int, recorded: Mapping[str, str]) -> str:
    """The one that will be: where it was as asked for, and is not any more, somebody changed it, and it is changed
    back. `recorded` is what the state file has of the instance."""
    return str(asked) if recorded.get("port") == str(asked) else shown(seen)
