"""The account that commands die on: a local AWS served by this process, which can be put back to what it was."""

from __future__ import annotations

import io
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.core.base_backend import BackendDict
from moto.core.model_instances import model_data
from moto.moto_api._internal.models import moto_api_backend

from provision.aws.local import account as saved
from provision.aws.local.app import LocalAws
from provision.aws.local.corrections import interfaces
from provision.aws.local.files import Files
from provision.aws.local.manners import Manners, Settings, install
from provision.aws.local.manners.census import census
from provision.aws.local.manners.client import comparable
from provision.aws.local.manners.kept import kept
from provision.aws.local.manners.view import really
from provision.aws.local.serving import listen
from provision.aws.local.wire import Answer, Call
from tests.crash.clock import SharedClock
from tests.waiting import until

HELLO = json.dumps({"message": "Hello world!"}).encode()
CONSISTENCY = 2.0
"""Seconds in which AWS does not yet show what was made, where it is eventually consistent."""
CLOSE_WAIT = "08"
"""In the Linux kernel's table of connections."""
MEMORY = ("fresh", "ghosts")
"""What the manners remember of the latest changes, by their own names."""


def greeting(_: Call) -> Answer:
    return Answer(200, [("Content-Type", "application/json")], HELLO)


class Fleeting(saved.Account):
    """An account that nobody saves, and that can be put back."""

    def save(self) -> None:
        """Not on disk: what is tried here is the command's memory, not the account's."""

    def snapshot(self) -> bytes:
        with self.lock:
            return self._dump()

    def restore(self, snapshot: bytes) -> None:
        state = saved._Unpickler(io.BytesIO(snapshot), self._blob).load()  # noqa: SLF001 - what `_load` does with a file
        with self.lock:
            for models in model_data.values():  # moto remembers every one that it ever made
                for model in models.values():
                    model.instances_tracked.clear()  # type: ignore[attr-defined]  # its metaclass gives it
            for backends in BackendDict._instances:  # type: ignore[misc]  # noqa: SLF001 - moto's list of what is in use
                for number, regional in backends.items():
                    kept_regions = state["state"].get(backends.service_name, {}).get(number, {})
                    regional.clear()
                    for region, backend in kept_regions.items():
                        dict.__setitem__(regional, region, backend)
            for memory in MEMORY:
                kept(self)[memory].clear()


@dataclass(frozen=True)
class Moment:
    """An account and the state files beside it."""

    account: bytes
    files: dict[str, bytes]


@dataclass(frozen=True)
class Seen:
    """What is in the account, comparable with another's; `names` are the ids of this one by what they are called."""

    things: str
    names: dict[str, str]


class RestorableAccount:
    """Served on loopback at `url` until `close`."""

    def __init__(self, folder: Path, clock: SharedClock) -> None:
        files = Files(folder)
        files.make()
        moto_api_backend.reset()  # moto's account is the whole process's, other tests' too
        self._account = Fleeting(files)
        self._aws = LocalAws(files, self._account)
        self.manners: Manners = install(self._aws, clock=clock.stamp)
        self._aws.around.append(self._around)
        self.invoked: Callable[[Call], Answer] = greeting
        """What the function answers."""
        self._busy = 0
        self._counting = threading.Lock()
        self._server = listen(self._wsgi, "127.0.0.1")
        self.url = f"http://127.0.0.1:{self._server.port}"
        self._address = f"0100007F:{self._server.port:04X}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()
        self.empty = self._account.snapshot()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def put_around(self, hook: Callable[[Call, Callable[[Call], Answer]], Answer]) -> None:
        """`hook` has every call first, and the answer of all that follows last."""
        self._aws.around.insert(0, hook)

    def hear(self, ear: Callable[[Call], None]) -> None:
        """`ear` is told of every call, before anything becomes of it."""

        def heard(call: Call, following: Callable[[Call], Answer]) -> Answer:
            with self._account.lock:
                ear(call)
            return following(call)

        self.put_around(heard)

    def once_before(self, name: str, about: str, do: Callable[[], None]) -> None:
        """`do` before the next call of `name` with that text becomes anything; it may make others of this account."""
        lock, waiting = threading.Lock(), [do]

        def hold(call: Call, following: Callable[[Call], Answer]) -> Answer:
            if call.name == name and about.encode() in call.body:
                with lock:
                    while waiting:
                        waiting.pop()()
            return following(call)

        self.put_around(hold)

    def backend(self, service: str, region: str) -> Any:
        """moto's, for what nobody can do from outside."""
        return self._account.backend(service, region)

    def snapshot(self) -> bytes:
        return self._account.snapshot()

    def restore(self, snapshot: bytes, *, consistent: bool = True) -> None:
        """As it was then, with no fault, no call seen and nothing remembered."""
        self._account.restore(snapshot)
        told = {**Settings().as_dict(), "consistency_seconds": 0.0 if consistent else CONSISTENCY}
        self.manners.set(told)
        self.manners.reset_calls()

    def strike(self, **rule: Any) -> None:
        """One fault (see `Rule`), counted from now on."""
        self.manners.set({"faults": [rule]})
        self.manners.reset_calls()

    def spare(self) -> None:
        """No fault any more."""
        self.manners.set({"faults": []})
        self.manners.reset_calls()

    def calls(self) -> list[dict[str, Any]]:
        return self.manners.calls()

    def settle(self) -> None:
        """Wait until what a dead command had sent is carried out."""
        time.sleep(0.005)
        until(lambda: not self._busy and not self._left_behind())

    def _left_behind(self) -> bool:
        """Whether there is a connection that its client has closed and the server has not, which may not even have
        been accepted yet. Only Linux tells."""
        table = Path("/proc/net/tcp")
        rows = [line.split()[1:4] for line in table.read_text().splitlines()[1:]] if table.exists() else []
        return any(ours == self._address and state == CLOSE_WAIT for ours, _, state in rows)

    def look(self) -> Seen:
        found = census(self.manners.inside, self._account)
        names = {one["id"]: f"<{one['kind']} {one['name']}>" for one in found}
        return Seen(json.dumps(comparable(found), sort_keys=True, default=str), names)

    def unsettled(self) -> str:
        """What AWS does not show yet, or still: kinds alone."""
        memory = kept(self._account)
        return json.dumps([sorted(f"{key[0]} {key[2].partition(' ')[0]}" for key in memory[one]) for one in MEMORY])

    def _wsgi(self, environ: dict[str, Any], start_response: Any) -> Any:
        with self._counted():
            return self._aws.wsgi(environ, start_response)

    @contextmanager
    def _counted(self) -> Iterator[None]:
        with self._counting:
            self._busy += 1
        try:
            yield
        finally:
            with self._counting:
                self._busy -= 1

    def _around(self, call: Call, following: Any) -> Answer:
        if call.name == "lambda:Invoke":
            return self.invoked(call)
        answer: Answer = following(call)
        if call.service == "rds" and call.mutating:
            self._reconcile()
        return answer

    def _reconcile(self) -> None:
        """What the reconciler does where engines take no time: what is made runs, what is deleted ends."""
        with self._account.lock:
            for rds in self._account.regions("rds").values():
                for instance in tuple(rds.databases.values()):
                    if really(instance, "status") == "deleting":
                        rds.delete_db_instance(instance.db_instance_identifier, **instance.deletion)
                    else:
                        instance.status, instance.reachable = "available", ("127.0.0.1", 5432)
                for proxy in tuple(rds.db_proxies.values()):
                    if really(proxy, "status") == "deleting":
                        rds.delete_db_proxy(proxy.db_proxy_name)
                        continue
                    proxy.status = "available"
                    for target in proxy.proxy_target_groups["default"].targets:
                        target.health = ("AVAILABLE", "", "")
            interfaces.reconcile(self._account)
