"""An account on moto, in this process, that records and can refuse what is sent to it; and runs against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import boto3

from provision.aws import clients
from provision.aws.refusals import judge
from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.events import Event
from provision.engine.resource import Resource
from provision.engine.run import Run, Stack
from provision.engine.survey import Look, survey
from provision.ledger.store import Ledger
from tests.resources.paging import Pages

NAME, REGION, ACCOUNT = "shop", "us-east-1", "123456789012"
READS = ("Describe", "Get", "List")


class Killed(BaseException):
    """The process died here."""


class Clock:
    """Time that only passes when somebody sleeps."""

    def __init__(self) -> None:
        self.time = 1_000_000.0
        self.slept = 0.0

    def now(self) -> float:
        return self.time

    def stamp(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds
        self.slept += seconds


@dataclass(kw_only=True)
class Refusal:
    """What AWS says, and how many times more."""

    code: str
    text: str
    left: int
    about: str
    status: int


@dataclass
class Account:
    """Use inside `moto.mock_aws()`, or with the `endpoint` of a served one. State files go to `folder`."""

    folder: Path
    endpoint: str | None = None
    tags: dict[str, str] = field(default_factory=dict)
    caller: str = ""
    clock: Clock = field(default_factory=Clock)
    events: list[Event] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    """(operation, parameters) of every call of the product's, in order."""

    def __post_init__(self) -> None:
        self._refusals: dict[str, Refusal] = {}
        self._rewrites: dict[str, Callable[[dict[str, Any]], None]] = {}
        self._pages: Pages | None = None
        self._fatal = ""

    def outside(self, service: str) -> Any:
        """A client of somebody else's: not recorded, never refused."""
        return _outside(service, self.endpoint)

    @property
    def ledger(self) -> Path:
        return self.folder / f"{NAME}.json"

    def ids(self) -> dict[str, str]:
        """The id in each row of the state file."""
        rows = json.loads(self.ledger.read_text())["resources"]
        return {key: row["id"] for key, row in rows.items()}

    def run(self) -> Run:
        """A new run, as a new process would have it: only account and state file are carried over."""
        self.calls.clear()
        self.events.clear()
        reading, sending = _heard(self.endpoint)
        _AT_WORK[:] = [self]
        return Run(
            stack=Stack(name=NAME, target="aws", account=ACCOUNT, region=REGION, tags=self.tags, caller=self.caller),
            aws=reading,
            send=sending,
            ledger=Ledger.load(
                self.ledger, stack=NAME, target="aws", account=ACCOUNT, region=REGION, stamp=self.clock.stamp
            ),
            listener=self.events.append,
            judge=judge,
            clock=self.clock,
        )

    def up(self, steps: Iterable[Resource[Any]]) -> Run:
        run = self.run()
        apply(run, list(steps))
        return run

    def down(self, steps: Iterable[Resource[Any]]) -> Run:
        run = self.run()
        destroy(run, list(steps))
        return run

    def look(self, steps: Iterable[Resource[Any]]) -> dict[str, Look]:
        return {look.step.key: look for look in survey(self.run(), list(steps))}

    @property
    def sent(self) -> list[str]:
        """The calls of the last run that change something."""
        return [operation for operation, _ in self.calls if not operation.startswith(READS)]

    def told(self, operation: str) -> list[dict[str, Any]]:
        """The parameters of each call of `operation` in the last run."""
        return [parameters for name, parameters in self.calls if name == operation]

    def refuse(
        self, operation: str, code: str, text: str = "", *, times: int = 1, about: str = "", status: int = 400
    ) -> None:
        """The next `times` calls of `operation` (whose request has `about` in it) are refused and not carried out."""
        self._refusals[operation] = Refusal(code=code, text=text, left=times, about=about, status=status)

    def relent(self) -> None:
        """Nothing is refused any more, and answers are as they are."""
        self._refusals.clear()
        self._rewrites.clear()
        self._pages = None

    def kill_after(self, operation: str) -> None:
        """The process dies once AWS has carried out the next call of `operation`, before anybody hears of it."""
        self._fatal = operation

    def rewrite(self, operation: str, change: Callable[[dict[str, Any]], None]) -> None:
        """From now on `change` may alter what `operation` answers."""
        self._rewrites[operation] = change

    def list_one_by_one(self) -> None:
        """From now on every list that AWS may give in pages has one item on each."""
        self._pages = Pages()

    def note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, params))

    def before(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        if self._pages and (rest := self._pages.following(model, self.calls[-1][1])):
            return SimpleNamespace(status_code=200, headers={}), rest
        refusal = self._refusals.get(model.name)
        if refusal is None or not refusal.left or refusal.about not in str(params["body"]):
            return None
        refusal.left -= 1
        error = {"Code": refusal.code, "Message": refusal.text}
        answer = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": refusal.status}}
        return SimpleNamespace(status_code=refusal.status, headers={}), answer

    def after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if model.name == self._fatal:
            self._fatal = ""
            raise Killed
        if model.name in self._rewrites and "Error" not in parsed:
            self._rewrites[model.name](parsed)
        if self._pages:
            self._pages.cut(model, parsed)


_AT_WORK: list[Account] = []
"""Whose run it is."""


@cache
def _heard(endpoint: str | None) -> tuple[clients.Clients, clients.Clients]:
    """The product's clients, for reading and for sending; the account at work hears every call. Made once: that takes
    longer than most tests."""
    session = _session()
    for event, hear in (("before-call", "before"), ("after-call", "after"), ("provide-client-params", "note")):
        session.events.register(event, partial(_hear, hear))
    return (
        clients.Clients(session, region=REGION, endpoint=endpoint, attempts=clients.READING),
        clients.Clients(session, region=REGION, endpoint=endpoint, attempts=clients.ONCE),
    )


def _hear(what: str, **told: Any) -> Any:
    return getattr(_AT_WORK[0], what)(**told)


@cache
def _outside(service: str, endpoint: str | None) -> Any:
    return _session().client(service, endpoint_url=endpoint)  # type: ignore[call-overload]  # the stubs want literal service names


def _session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
