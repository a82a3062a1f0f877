"""What the function said of its own way to the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step of the function's own probe. `ms` is how long it took, `code` AWS's or PostgreSQL's, `learned` what it
    got to know, such as max_connections."""

    name: str
    ok: bool
    ms: float
    error: str = ""
    text: str = ""
    code: str = ""
    learned: Mapping[str, Any] = field(default_factory=dict)

    @property
    def timed_out(self) -> bool:
        words = f"{self.error} {self.text}".lower()
        return "timeout" in words or "timed out" in words


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What the function answered. `failure` is how the call itself failed, `unasked` why there was none."""

    steps: Sequence[Step] = ()
    failure: str = ""
    unasked: str = ""

    @property
    def works(self) -> bool:
        return bool(self.steps) and all(step.ok for step in self.steps)

    @property
    def failed(self) -> Step | None:
        return next((step for step in self.steps if not step.ok), None)

    def learned(self, step: str, name: str) -> Any:
        return next((one.learned.get(name) for one in self.steps if one.name == step), None)
