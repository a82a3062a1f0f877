"""Which execution environment serves an invocation: a warm one of the same configuration, else a new one."""

from __future__ import annotations

import shutil
import socket
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from provision.aws.local.functions.code import Shelf
from provision.aws.local.functions.environment import Environment
from provision.aws.local.functions.guard import Guard, Silence
from provision.aws.local.functions.invocation import PAYLOAD_LIMIT, Started, run
from provision.aws.local.functions.spec import FunctionSpec, Invocation, PayloadTooLarge

INIT_SECONDS = 10.0
IDLE_SECONDS = 300.0
Passes = Callable[[FunctionSpec, int, str, int], bool]
"""Whether an environment of that function, in the subnet of that number, may connect to that address and port."""


@dataclass
class _Pool:
    """A function's environments of its present configuration."""

    fingerprint: str
    idle: list[tuple[float, Environment]] = field(default_factory=list)


class Functions:
    """All functions of one local AWS. Safe to use from several threads; `folder` is its own."""

    def __init__(
        self,
        folder: Path,
        *,
        extra_environment: Mapping[str, str],
        idle_seconds: float = IDLE_SECONDS,
        passes: Passes | None = None,
    ) -> None:
        self._folder = folder
        self._extra = dict(extra_environment)
        self._idle_seconds = idle_seconds
        self._passes = passes
        self._silence = Silence()
        shutil.rmtree(folder, ignore_errors=True)  # a killed server's links may point nowhere by now
        self._shelf = Shelf(folder)
        self._pools: dict[str, _Pool] = {}
        self._all: set[Environment] = set()
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._sweeper = threading.Thread(target=self._sweep, daemon=True)
        self._sweeper.start()

    def invoke(self, spec: FunctionSpec, payload: bytes) -> Invocation:
        """Run the function once. Raises `PayloadTooLarge`, and `zipfile.BadZipFile` for code that is no zip."""
        if len(payload) > PAYLOAD_LIMIT:
            raise PayloadTooLarge(f"{len(payload)} bytes exceed the limit of {PAYLOAD_LIMIT}")
        request_id = str(uuid.uuid4())
        started = self._environment(spec)
        environment = started.environment
        try:
            invocation, usable = run(started, request_id, payload)
        except BaseException:
            self._end(environment)
            raise
        if usable:
            self._keep(environment)
        else:
            self._end(environment)
        return invocation

    def retire(self, name: str) -> None:
        """End the function's environments; those that serve end when they are done."""
        with self._lock:
            pool = self._pools.pop(name, None)
        for _, environment in pool.idle if pool else []:
            self._end(environment)

    def environments(self) -> list[Environment]:
        """All that there are now, those that serve included."""
        with self._lock:
            return list(self._all)

    def close(self) -> None:
        """End every environment, those that serve included, and empty the folder."""
        self._closed.set()
        self._sweeper.join()
        with self._lock:
            self._pools.clear()
        for environment in self.environments():
            self._end(environment)
        self._silence.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _watch(self, environment: Environment, channel: socket.socket) -> Guard:
        passes, spec, number = self._passes, environment.spec, environment.subnet_number
        return Guard(channel, lambda host, port: passes is None or passes(spec, number, host, port), self._silence)

    def _environment(self, spec: FunctionSpec) -> Started:
        warm = self._warm(spec)
        if warm:
            return Started(warm, None)
        start = time.monotonic()
        environment = self._new(spec)
        event = environment.initialise(INIT_SECONDS)
        if event is None:  # AWS: initialised once more, now within the function's own time
            self._end(environment)
            start = time.monotonic()
            environment = self._new(spec)
            event = environment.initialise(spec.timeout_seconds)
        spent = (time.monotonic() - start) * 1000
        failure = event if event and event.kind != "ready" else None
        return Started(environment, spent, failure, timed_out=event is None)

    def _warm(self, spec: FunctionSpec) -> Environment | None:
        with self._lock:
            pool = self._pools.get(spec.name)
            stale = []
            if pool is None or pool.fingerprint != spec.fingerprint:
                stale = [environment for _, environment in pool.idle] if pool else []
                pool = self._pools[spec.name] = _Pool(spec.fingerprint)
            found = None
            while pool.idle and found is None:
                _, candidate = pool.idle.pop()
                if candidate.alive:
                    found = candidate
                else:
                    stale.append(candidate)
        for environment in stale:
            self._end(environment)
        return found

    def _new(self, spec: FunctionSpec) -> Environment:
        environment = Environment(
            spec,
            self._shelf,
            folder=self._folder / "scratch",
            extra=self._extra,
            watch=self._watch if self._passes else None,
        )
        with self._lock:
            self._all.add(environment)
        if self._closed.is_set():
            self._end(environment)
        return environment

    def _keep(self, environment: Environment) -> None:
        with self._lock:
            pool = self._pools.get(environment.spec.name)
            if pool and pool.fingerprint == environment.spec.fingerprint and not self._closed.is_set():
                pool.idle.append((time.monotonic(), environment))
                return
        self._end(environment)

    def _end(self, environment: Environment) -> None:
        with self._lock:
            if environment not in self._all:
                return
            self._all.remove(environment)
        environment.end()

    def _sweep(self) -> None:
        while not self._closed.wait(self._idle_seconds / 10):
            oldest = time.monotonic() - self._idle_seconds
            over = []
            with self._lock:
                for pool in self._pools.values():
                    over += [environment for since, environment in pool.idle if since < oldest]
                    pool.idle = [(since, environment) for since, environment in pool.idle if since >= oldest]
            for environment in over:
                self._end(environment)
