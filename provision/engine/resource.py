"""What a resource is: one class with its whole life in it. A blueprint makes an ordered list of them, `Steps`."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Literal, TypeVar

if TYPE_CHECKING:
    from provision.engine.run import Run
    from provision.errors import ProvisionError

MINUTE = 60.0

T = TypeVar("T")
R = TypeVar("R", bound="Resource[Any]")

State = Literal["ready", "settling", "leaving", "absent", "unknown"]
"""`settling`: AWS is at it. `leaving`: it is being deleted. `absent` and `unknown` are
a survey's, of what is not there and of what needs something that is not."""


class NotYet(Exception):
    """AWS refused for a reason that time cures; the loop asks again until the step's patience ends."""

    def __init__(
        self,
        reason: str,
        *,
        patience: float | None = None,
        otherwise: ProvisionError | None = None,
        doubtful: bool = False,
    ) -> None:
        """`patience`: seconds, where it is shorter than the step's; `otherwise`: what to say when it has run out;
        `doubtful`: it may also be that what was done before this step is so no more, such as a role that somebody has
        deleted since, or made again."""
        super().__init__(reason)
        self.reason = reason
        self.patience = patience
        self.otherwise = otherwise
        self.doubtful = doubtful


class NotKnown(Exception):
    """A fact of a resource that does not exist yet was asked for; `plan` shows it as a change, absent -> made."""


@dataclass(frozen=True, kw_only=True)
class Found(Generic[T]):
    """One thing in the account. `seen` is AWS's own description, `attrs` what other steps and outputs want of it."""

    id: str
    seen: T
    attrs: Mapping[str, str] = field(default_factory=dict)
    owned: bool = True
    """Whether it carries the stack's tags; what does not is never changed or deleted."""
    made: str = ""
    """When AWS made it, ISO 8601, where AWS says so."""


@dataclass(frozen=True)
class Condition:
    """How a thing is, with AWS's own word for it."""

    state: State
    detail: str = ""


READY = Condition("ready")


def settling(detail: str) -> Condition:
    return Condition("settling", detail)


def leaving(detail: str = "deleting") -> Condition:
    return Condition("leaving", detail)


@dataclass(frozen=True)
class Change:
    """One property that is not as the settings want it. Values are words for people, never secrets."""

    field: str
    have: str
    want: str

    def __str__(self) -> str:
        return f"{self.field}: {self.have} -> {self.want}"


@dataclass(frozen=True)
class Refusal:
    """An error of AWS by its wire code and, where the code alone is ambiguous, a part of its text (any case)."""

    code: str
    text: str = ""
    patience: float | None = None
    """Seconds, where it is shorter than the step's."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Resource(ABC, Generic[T]):
    """A row of the stack. Never sleeps, loops over time, writes state or prints; the engine does that.

    A field that is a resource, or a tuple of them, is a dependency: this one is begun after it and ended before it.
    """

    key: str
    """Its row in the state file and its `provision:key` tag, such as `subnet.private-a`."""

    kind: ClassVar[str]
    """AWS's own noun, such as `NAT gateway`."""
    several: ClassVar[bool] = False
    """Whether a stack has more than one, so that the label says which."""
    repeatable: ClassVar[bool] = True
    """Whether a second create is refused or answered with the first result (fixed name, token, natural key).
    Where it is not, a create whose answer was lost is looked for by tag for a while before it is sent again."""
    property_only: ClassVar[bool] = False
    """A setting on another resource rather than a thing of its own: nothing to delete."""
    made_by_aws: ClassVar[bool] = False
    """Something that AWS makes along with another resource: nothing to do on the way up, waited for on the way down."""
    patience_up: ClassVar[float] = 5 * MINUTE
    patience_down: ClassVar[float] = 5 * MINUTE
    usual_up: ClassVar[float] = 0.0
    usual_down: ClassVar[float] = 0.0
    """These four in seconds: how long the loop waits for it at most, and how long it takes as a rule (0 if unknown)."""
    cures: ClassVar[tuple[Refusal, ...]] = ()
    """Refusals that time cures, of this resource's own calls; throttling and lost answers are known to all."""

    @property
    def label(self) -> str:
        """Words for people; the kind, and which one where there are several."""
        return f"{self.kind} {self.key.partition('.')[2]}" if self.several else self.kind

    @property
    def needs(self) -> tuple[Resource[Any], ...]:
        """Every field that is a resource, in order."""
        held: list[Resource[Any]] = []
        for spec in dataclasses.fields(self):
            value = getattr(self, spec.name)
            several = value if isinstance(value, tuple) else (value,)
            held.extend(one for one in several if isinstance(one, Resource))
        return tuple(held)

    @abstractmethod
    def find(self, run: Run) -> Sequence[Found[T]]:
        """All that answers to this row: by tags, or by its fixed name, `owned` saying whether the tags are there."""

    @abstractmethod
    def create(self, run: Run, token: str) -> Found[T] | str:
        """One mutating call, tags in the same request; returns the new id at once, without waiting.

        `token` stays the same until the call is known to have been answered.
        """

    def condition(self, run: Run, found: Found[T]) -> Condition:  # noqa: ARG002 - for those that need it
        """What AWS says of it. Raises `Failed`, with AWS's reason, on a state that cannot heal."""
        return READY

    def prefetch(self, run: Run, found: Found[T]) -> None:
        """Ask by `run.look` what `drift` will: in a survey it then overlaps with everybody's `find`."""

    def drift(self, run: Run, found: Found[T]) -> Sequence[Change]:  # noqa: ARG002 - for those that need it
        """What differs from what we want; asked once it is ready. Raises `CannotChange` on an immutable field."""
        return ()

    def update(self, run: Run, found: Found[T], changes: Sequence[Change]) -> None:
        """Make it so, as far as calls that can be repeated go; the engine looks at the drift again afterwards."""
        raise NotImplementedError(f"{type(self).__name__} reports drift and has no update")

    def check_changeable(self, found: Found[T]) -> None:
        """Raises `CannotChange` as `drift` does, of what AWS is at work on; asked before anything is changed."""

    def check_deletable(self, run: Run, found: Found[T]) -> None:
        """Raises `Protected` for what its owner does not want deleted; asked before anything is removed."""

    @abstractmethod
    def delete(self, run: Run, found: Found[T]) -> None:
        """The next mutating call towards its end; "already missing" is swallowed by the engine."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Property(Resource[T]):
    """A setting on another resource, which it comes and goes with."""

    property_only: ClassVar[bool] = True

    def create(self, run: Run, token: str) -> Found[T] | str:  # noqa: ARG002 - AWS makes it with the other
        raise NotYet(f"AWS does not list the {self.label} yet")

    def delete(self, run: Run, found: Found[T]) -> None:
        """Nothing: it goes with the other."""


class Steps:
    """An ordered list of resources that refuses a key twice and a need that was not added before."""

    def __init__(self) -> None:
        self._by_key: dict[str, Resource[Any]] = {}

    def add(self, step: R) -> R:
        """The step itself. Raises ValueError for a key that is there already, or a need that is not."""
        if step.key in self._by_key:
            raise ValueError(f"two steps have the key {step.key}")
        for need in step.needs:
            if self._by_key.get(need.key) is not need:
                raise ValueError(f"{step.key} needs {need.key}, which is not in the list before it")
        self._by_key[step.key] = step
        return step

    def __iter__(self) -> Iterator[Resource[Any]]:
        return iter(self._by_key.values())

    def __len__(self) -> int:
        return len(self._by_key)

    def __contains__(self, key: object) -> bool:
        return key in self._by_key

    def __getitem__(self, key: str) -> Resource[Any]:
        return self._by_key[key]
