"""One run of one command: who we are, the account's clients, ledger, listener and clock, and what was found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from provision.engine.clock import Clock, RealClock
from provision.engine.executor import Executor, Serial
from provision.engine.reads import Reads
from provision.engine.resource import Found, NotKnown, Resource

if TYPE_CHECKING:
    from provision.aws.clients import Clients
    from provision.engine.events import Emit, Event, Verb
    from provision.engine.failures import Verdict
    from provision.ledger.schema import Row
    from provision.ledger.store import Ledger

T = TypeVar("T")
A = TypeVar("A")
B = TypeVar("B")


@dataclass(frozen=True, kw_only=True)
class Stack:
    """Whose resources these are. `tags` are the user's own pairs."""

    name: str
    target: str
    account: str
    region: str
    partition: str = "aws"
    caller: str = ""
    """Who runs this, as STS names them."""
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Run:
    """What a resource may touch, and nothing else."""

    stack: Stack
    aws: Clients
    """For reading: botocore repeats what was lost or throttled."""
    send: Clients
    """For changing: each call is sent once, because a re-sent create can make a thing twice."""
    ledger: Ledger
    listener: Emit
    judge: Callable[[Exception, Resource[Any]], Verdict | None]
    """What an exception of the AWS layer means; None when it is a defect of ours."""
    clock: Clock = field(default_factory=RealClock)
    executor: Executor = field(default_factory=Serial)
    """Who makes the calls."""
    earlier: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """How long (key, verb) took in this stack's own earlier runs, seconds."""
    at_aws: bool = True
    """Whether what AWS itself usually takes is to be expected."""
    changed: list[tuple[str, Verb]] = field(default_factory=list)
    """(key, verb) of each mutation of this run, in order."""

    def __post_init__(self) -> None:
        self._facts: dict[str, Found[Any]] = {}
        self._lock = threading.Lock()
        self.reads = Reads(self.clock.stamp)
        self._began = self.clock.now()
        self.began = self.clock.stamp()

    @property
    def at(self) -> float:
        """Seconds since this run began."""
        return self.clock.now() - self._began

    def usual(self, step: Resource[Any], verb: Verb, otherwise: float) -> float:
        """Seconds that takes as a rule: as here before, else `otherwise` at AWS, and 0, unknown, elsewhere."""
        return self.earlier.get((step.key, verb), otherwise if self.at_aws else 0.0)

    def emit(self, event: Event) -> None:
        """Any thread may; the listener gets one event at a time."""
        with self._lock:
            self.listener(event)

    def overlap(self, work: Callable[[A], B], items: Iterable[A]) -> list[B]:
        """One function over several items, at once where it can be: the results in order. Raises what one raises."""
        return self.executor.map(work, items)

    def look(self, question: Hashable, fetch: Callable[[], T], *, lasting: bool = False, constant: bool = False) -> T:
        """The answer to a read that several steps share. `lasting`: it stays while AWS is at work on the step;
        `constant`: for the whole run. Raises what `fetch` does, for all of them."""
        return self.reads.ask(question, fetch, lasting=lasting, constant=constant)

    def look_again(self, question: Hashable) -> None:
        """Have it asked anew by whoever asks next."""
        self.reads.renew([question], lasting=True)

    def recorded(self, resource: Resource[Any]) -> Row | None:
        """Its row in the state file: a hint where to look, never proof that it is ours."""
        return self.ledger.row(resource.key)

    def ends(self, resource: Resource[Any]) -> bool:
        """Whether this very run deletes it: what else there may be in its place does not matter then."""
        row = self.recorded(resource)
        return row is not None and row.status == "deleting" and row.since >= self.began

    def learn(self, resource: Resource[Any], found: Found[Any]) -> None:
        """Other steps may use it from now on; until `unlearn`."""
        self._facts[resource.key] = found

    def unlearn(self, resource: Resource[Any]) -> None:
        self._facts.pop(resource.key, None)

    def knows(self, resource: Resource[Any]) -> bool:
        return resource.key in self._facts

    def found(self, resource: Resource[T]) -> Found[T]:
        """What this run saw of another step. Raises `NotKnown` when it is not there (yet)."""
        try:
            return self._facts[resource.key]
        except KeyError:
            raise NotKnown(resource.key) from None

    def id_of(self, resource: Resource[Any]) -> str:
        """AWS's id of another step. Raises `NotKnown` when it is not there (yet)."""
        return self.found(resource).id

    def attr(self, resource: Resource[Any], name: str) -> str:
        """A fact such as an endpoint. Raises `NotKnown` when AWS has not said it yet."""
        try:
            return self.found(resource).attrs[name]
        except KeyError:
            raise NotKnown(f"{resource.key} {name}") from None
