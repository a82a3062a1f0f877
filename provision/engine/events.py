"""What the engine tells its listeners. Frozen, free of secrets, free of any way to show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Verb = Literal["create", "update", "delete"]
"""What a run does to a step."""


@dataclass(frozen=True, kw_only=True)
class RunBegan:
    """The first event: a `command` such as `up`, and the stack it is about."""

    command: str
    name: str
    target: str
    account: str
    region: str


@dataclass(frozen=True, kw_only=True)
class StepEvent:
    """`key` is the step's row in the state file, `label` its words for people, `at` seconds since the run began."""

    key: str
    label: str
    at: float


@dataclass(frozen=True, kw_only=True)
class StepFound(StepEvent):
    """It was there already and is as it should be."""

    id: str


@dataclass(frozen=True, kw_only=True)
class StepBegan(StepEvent):
    """A mutating call is about to be sent. `detail`: what differs, of an update."""

    verb: Verb
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class StepWaiting(StepEvent):
    """AWS is at it. Seconds: `elapsed` so far, `usual` as a rule (0 if unknown), `patience` at most."""

    elapsed: float
    usual: float
    patience: float
    detail: str = ""


@dataclass(frozen=True, kw_only=True)
class StepDelayed(StepEvent):
    """AWS refused for a reason that time cures; asked again."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class StepDone(StepEvent):
    """Settled after `verb`; `elapsed` seconds since the step began."""

    verb: Verb
    id: str
    elapsed: float


@dataclass(frozen=True, kw_only=True)
class StepFailed(StepEvent):
    """This step ended the run (or, on the way down, stays behind while the rest goes on)."""

    what: str


class Silent:
    """For the record; there is nothing to show."""


@dataclass(frozen=True, kw_only=True)
class LoopBegan(Silent):
    """`needs` are the steps that are begun from now on, each with those it comes after."""

    at: float
    needs: Mapping[str, frozenset[str]]


@dataclass(frozen=True, kw_only=True)
class StepLooked(Silent):
    """One move of a step, from `began` to `at`; `outcome` is done, moved, waiting or failed."""

    key: str
    label: str
    began: float
    at: float
    outcome: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """A sentence for the user, not about one step: what is being asked, built or called now."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Warned:
    """Something the user should know that does not stop the run."""

    what: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class RunEnded:
    """The last event of a run that was not interrupted: seconds in all, and how many steps changed."""

    elapsed: float
    changed: int


Event = (
    RunBegan
    | StepFound
    | StepBegan
    | StepWaiting
    | StepDelayed
    | StepDone
    | StepFailed
    | Note
    | Warned
    | RunEnded
    | Silent
)
Emit = Callable[[Event], None]
