"""A cloud made of dictionaries and a clock that only moves when someone sleeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar

from provision.engine.events import Event
from provision.engine.failures import Missing, Verdict
from provision.engine.resource import READY, Change, Condition, Found, NotYet, Resource, Steps, leaving, settling
from provision.engine.run import Run, Stack
from provision.errors import Failed
from provision.ledger.store import Ledger


class Refusal(Exception):
    """What a fake AWS says instead of carrying a call out."""

    def __init__(self, code: str, *, answered: bool = True) -> None:
        super().__init__(code)
        self.code = code
        self.answered = answered


class Killed(BaseException):
    """The process died here."""


class FakeClock:
    def __init__(self) -> None:
        self.time = 1000.0
        self.naps: list[float] = []

    def now(self) -> float:
        return self.time

    def stamp(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        assert 0 < seconds < 100
        self.naps.append(seconds)
        self.time += seconds


@dataclass
class Thing:
    id: str
    key: str
    born: float
    owned: bool = True
    ended: float | None = None
    wanted: str = "right"
    broken: str = ""


@dataclass
class Cloud:
    """`slow[key]` seconds to settle, `fading[key]` to vanish, `hidden` seconds until a new thing is listed, `untagged`
    until it is with its tags.

    `on_call(verb, key, when)` may raise before (`when` = "before") or after a call was carried out.
    """

    clock: FakeClock
    slow: dict[str, float] = field(default_factory=dict)
    fading: dict[str, float] = field(default_factory=dict)
    hidden: float = 0.0
    untagged: float = 0.0
    bare: bool = False
    """What was deleted has lost its tags while it is still listed."""
    things: dict[str, Thing] = field(default_factory=dict)
    calls: list[tuple[float, str, str]] = field(default_factory=list)
    on_call: Callable[[str, str, str], None] = lambda verb, key, when: None  # noqa: ARG005 - its form
    made: int = 0

    def listed(self, key: str) -> list[Thing]:
        now = self.clock.now()
        self.things = {i: t for i, t in self.things.items() if t.ended is None or now < t.ended}
        return [t for t in self.things.values() if t.key == key and now >= t.born + self.hidden]

    def shows_tags(self, thing: Thing) -> bool:
        late = self.clock.now() < thing.born + self.untagged
        return thing.owned and not late and not (self.bare and thing.ended)

    def create(self, key: str) -> str:
        self.on_call("create", key, "before")
        self.calls.append((self.clock.now(), "create", key))
        self.made += 1
        thing = Thing(f"{key}-{self.made}", key, self.clock.now())
        self.things[thing.id] = thing
        self.on_call("create", key, "after")
        return thing.id

    def update(self, thing: str) -> None:
        self.on_call("update", self.things[thing].key, "before")
        self.calls.append((self.clock.now(), "update", self.things[thing].key))
        self.things[thing].wanted = "right"
        self.on_call("update", self.things[thing].key, "after")

    def delete(self, thing: str) -> None:
        key = self.things[thing].key
        self.on_call("delete", key, "before")
        self.calls.append((self.clock.now(), "delete", key))
        self.things[thing].ended = self.clock.now() + self.fading.get(key, 0.0)
        self.on_call("delete", key, "after")

    def census(self) -> list[str]:
        now = self.clock.now()
        return sorted(t.key for t in self.things.values() if t.ended is None or now < t.ended)


@dataclass(frozen=True, kw_only=True, eq=False)
class Part(Resource[Thing]):
    cloud: Cloud
    after: tuple[Resource[Any], ...] = ()
    kind: ClassVar[str] = "part"
    repeatable: ClassVar[bool] = False
    patience_up: ClassVar[float] = 600
    patience_down: ClassVar[float] = 3600

    def find(self, run: Run) -> Sequence[Found[Thing]]:  # noqa: ARG002 - a resource's form
        return [Found(id=t.id, seen=t, owned=self.cloud.shows_tags(t)) for t in self.cloud.listed(self.key)]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - a resource's form
        return self.cloud.create(self.key)

    def condition(self, run: Run, found: Found[Thing]) -> Condition:  # noqa: ARG002 - a resource's form
        if found.seen.broken:
            raise Failed(what="It broke.", why=found.seen.broken)
        if found.seen.ended is not None:
            return leaving()
        young = self.cloud.clock.now() < found.seen.born + self.cloud.slow.get(self.key, 0.0)
        return settling("creating") if young else READY

    def drift(self, run: Run, found: Found[Thing]) -> Sequence[Change]:  # noqa: ARG002 - a resource's form
        return () if found.seen.wanted == "right" else (Change("shape", found.seen.wanted, "right"),)

    def update(self, run: Run, found: Found[Thing], changes: Sequence[Change]) -> None:  # noqa: ARG002 - a resource's form
        self.cloud.update(found.id)

    def delete(self, run: Run, found: Found[Thing]) -> None:  # noqa: ARG002 - a resource's form
        self.cloud.delete(found.id)


def judge(error: Exception, step: Resource[Any]) -> Verdict | None:  # noqa: ARG001 - a judge's form
    if not isinstance(error, Refusal):
        return None
    if error.code == "later":
        return Verdict(NotYet("not yet"), answered=error.answered)
    if error.code == "in use":
        return Verdict(NotYet("in use", doubtful=True), answered=True)
    if error.code == "lost":
        return Verdict(NotYet("no answer"), answered=False)
    if error.code == "missing":
        return Verdict(Missing("gone"), answered=True)
    return Verdict(Failed(what="AWS refused.", why=error.code), answered=error.answered)


def run_on(cloud: Cloud, folder: Path, events: list[Event] | None = None) -> Run:
    ledger = Ledger.load(
        folder / "s.json", stack="s", target="fake", account="1", region="here", stamp=cloud.clock.stamp
    )
    return Run(
        stack=Stack(name="s", target="fake", account="1", region="here"),
        aws=None,  # type: ignore[arg-type]  # no step of this cloud asks AWS
        send=None,  # type: ignore[arg-type]  # no step of this cloud asks AWS
        ledger=ledger,
        listener=([] if events is None else events).append,
        judge=judge,
        clock=cloud.clock,
    )


def stack(cloud: Cloud) -> list[Part]:
    """A function that needs the chain net, base, target, and a nat beside it."""
    steps = Steps()
    net = steps.add(Part(key="net", cloud=cloud))
    nat = steps.add(Part(key="nat", cloud=cloud, after=(net,)))
    base = steps.add(Part(key="base", cloud=cloud, after=(net,)))
    target = steps.add(Part(key="target", cloud=cloud, after=(base,)))
    steps.add(Part(key="function", cloud=cloud, after=(target, nat)))
    return list(steps)  # type: ignore[arg-type]  # all of it are parts
