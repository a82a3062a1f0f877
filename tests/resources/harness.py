"""An account on moto, in this process, that records and can refuse what is sent to it; and runs against it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
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
        self._session = _session()
        self._session.events.register("before-call", self._before)  # type: ignore[arg-type]  # one may answer the call
        self._session.events.register("after-call", self._after)
        self._session.events.register("provide-client-params", self._note)
        self._refusals: dict[str, Refusal] = {}
        self._rewrites: dict[str, Callable[[dict[str, Any]], None]] = {}
        self._fatal = ""
        self._outside = _session()
        self._theirs: dict[str, Any] = {}

    def outside(self, service: str) -> Any:
        """A client of somebody else's: not recorded, never refused."""
        if service not in self._theirs:
            client: Any = self._outside.client(service, endpoint_url=self.endpoint)  # type: ignore[call-overload]  # the stubs want literal service names
            self._theirs[service] = client
        return self._theirs[service]

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
        return Run(
            stack=Stack(name=NAME, target="aws", account=ACCOUNT, region=REGION, tags=self.tags, caller=self.caller),
            aws=clients.reading(self._session, region=REGION, endpoint=self.endpoint),
            send=clients.sending(self._session, region=REGION, endpoint=self.endpoint),
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

    def kill_after(self, operation: str) -> None:
        """The process dies once AWS has carried out the next call of `operation`, before anybody hears of it."""
        self._fatal = operation

    def rewrite(self, operation: str, change: Callable[[dict[str, Any]], None]) -> None:
        """From now on `change` may alter what `operation` answers."""
        self._rewrites[operation] = change

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.calls.append((model.name, params))

    def _before(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]] | None:
        refusal = self._refusals.get(model.name)
        if refusal is None or not refusal.left or refusal.about not in str(params["body"]):
            return None
        refusal.left -= 1
        error = {"Code": refusal.code, "Message": refusal.text}
        answer = {"Error": error, "ResponseMetadata": {"HTTPStatusCode": refusal.status}}
        return SimpleNamespace(status_code=refusal.status, headers={}), answer

    def _after(self, model: Any, parsed: dict[str, Any], **_: Any) -> None:
        if model.name == self._fatal:
            self._fatal = ""
            raise Killed
        if model.name in self._rewrites and "Error" not in parsed:
            self._rewrites[model.name](parsed)


def _session() -> boto3.Session:
    return boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
