"""The global options as one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from provision.engine.clock import Clock, RealClock

NAME = "lambda-rds"
"""The stack's, where nothing says otherwise."""
STATE_DIR = Path("state")


class TargetName(StrEnum):
    """Where a command works."""

    local = "local"
    aws = "aws"


class Output(StrEnum):
    """What stdout gets."""

    text = "text"
    json = "json"


@dataclass(kw_only=True)
class About:
    """What a command line is about, as far as that is known yet."""

    name: str | None = None
    target: str | None = None
    account: str | None = None
    region: str | None = None
    changing: bool = False
    """Whether its work has begun to change things."""
    outcome: Mapping[str, Any] = field(default_factory=dict)
    """Of a command that changes things: what it has changed and what it knows to be there, however it ended."""

    @property
    def heading(self) -> dict[str, str | None]:
        """The beginning of every JSON document."""
        return {"name": self.name, "target": self.target, "account": self.account, "region": self.region}


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a command line takes from the machine and a test brings itself; None: as the machine has it."""

    clock: Clock = field(default_factory=RealClock)
    session: Any = None
    """boto3's."""
    answer_seconds: float | None = None
    """How long an answer of AWS is waited for."""
    last_answers: float = 3.0
    """Seconds given to calls under way when the user interrupts, so that what they made is recorded."""


@dataclass(frozen=True, kw_only=True)
class Globals:
    """What came before the command; `config` None means ./provision.toml if it is there."""

    about: About
    name: str
    target: str
    region: str | None
    profile: str | None
    state_dir: Path
    config: Path | None
    tags: tuple[str, ...]
    output: str
    quiet: bool
    around: Surroundings

    @property
    def json(self) -> bool:
        return self.output == Output.json

    @property
    def local(self) -> bool:
        """Whether the embedded local AWS is meant."""
        return self.target == TargetName.local

    @property
    def state_file(self) -> Path:
        return self._of_stack("json")

    @property
    def lock_file(self) -> Path:
        return self._of_stack("lock")

    @property
    def timeline_file(self) -> Path:
        """Where the stack's runs are kept."""
        return self._of_stack("timeline.json")

    def _of_stack(self, ending: str) -> Path:
        return self.state_dir / self.target / f"{self.name}.{ending}"
