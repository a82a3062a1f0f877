"""Which execution environment serves an invocation: a warm one of the same configuration, else a new one."""

from __future__ import annotations

import contextlib
import json
import math
import shutil
import signal
import threading
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from provision.aws.local.functions.code import Shelf
from provision.aws.local.functions.environment import Environment
from provision.aws.local.functions.runtime_api import Happening, Work
from provision.aws.local.functions.spec import FunctionSpec, Invocation, LogLine, PayloadTooLarge

PAYLOAD_LIMIT = 6 * 1024 * 1024
INIT_SECONDS = 10.0
IDLE_SECONDS = 300.0


@dataclass
class _Pool:
    """A function's environments of its present configuration."""

    fingerprint: str
    idle: list[tuple[float, Environment]] = field(default_factory=list)


@dataclass
class _Started:
    """An initialised environment; `failure` when it cannot serve, `init_ms` None when it was warm."""

    environment: Environment
    init_ms: float | None
    failure: Happening | None = None
    timed_out: bool = False


class Functions:
    """All functions of one local AWS. Safe to use from several threads; `folder` is its own."""

    def __init__(
        self, folder: Path, *, extra_environment: Mapping[str, str], idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._folder = folder
        self._extra = dict(extra_environment)
        self._idle_seconds = idle_seconds
        shutil.rmtree(folder, ignore_errors=True)  # a killed server leaves links into an environment that may have moved
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
            invocation, usable = _run(started, request_id, payload)
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

    def close(self) -> None:
        """End every environment, those that serve included, and empty the folder."""
        self._closed.set()
        self._sweeper.join()
        with self._lock:
            self._pools.clear()
            environments = list(self._all)
        for environment in environments:
            self._end(environment)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _environment(self, spec: FunctionSpec) -> _Started:
        warm = self._warm(spec)
        if warm:
            return _Started(warm, None)
        start = time.monotonic()
        environment = self._new(spec)
        happening = environment.initialise(INIT_SECONDS)
        if happening is None:  # AWS: initialised once more, now within the function's own time
            self._end(environment)
            start = time.monotonic()
            environment = self._new(spec)
            happening = environment.initialise(spec.timeout_seconds)
        spent = (time.monotonic() - start) * 1000
        failure = happening if happening and happening.kind != "ready" else None
        return _Started(environment, spent, failure, timed_out=happening is None)

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
        environment = Environment(spec, self._shelf, folder=self._folder / "scratch", extra=self._extra)
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


def _run(started: _Started, request_id: str, payload: bytes) -> tuple[Invocation, bool]:
    """The invocation, and whether its environment may serve another."""
    environment, spec = started.environment, started.environment.spec
    lines = list(environment.take_lines())  # of the initialisation; AWS logs it before START, and wants lines in order
    lines.append(LogLine(_now(), f"START RequestId: {request_id} Version: {spec.version}"))
    start = time.monotonic()
    happening = started.failure
    if happening is None and not started.timed_out:
        happening = environment.serve(_work(spec, request_id, payload), spec.timeout_seconds)
    duration = (time.monotonic() - start) * 1000
    if happening is None:
        duration = spec.timeout_seconds * 1000.0
    memory = environment.peak_memory_mb
    body, failed, remark = _outcome(happening, request_id, spec)
    lines += environment.take_lines()
    lines += [LogLine(_now(), text) for text in (*remark, f"END RequestId: {request_id}")]
    lines.append(LogLine(_now(), _report(request_id, duration, spec, memory, started.init_ms, happening)))
    invocation = Invocation(
        payload=body,
        function_error="Unhandled" if failed else None,
        request_id=request_id,
        duration_ms=duration,
        init_ms=started.init_ms,
        executed_version=spec.version,
        lines=tuple(lines),
        log_stream=environment.log_stream,
    )
    return invocation, happening is not None and happening.kind in {"response", "error"}


def _work(spec: FunctionSpec, request_id: str, payload: bytes) -> Work:
    trace = uuid.uuid4().hex
    headers = {
        "Lambda-Runtime-Deadline-Ms": str(_now() + spec.timeout_seconds * 1000),
        "Lambda-Runtime-Invoked-Function-Arn": spec.arn,
        "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{trace[:24]};Parent={trace[:16]};Sampled=0",
    }
    return Work(request_id, payload or b"{}", headers)


def _outcome(happening: Happening | None, request_id: str, spec: FunctionSpec) -> tuple[bytes, bool, list[str]]:
    """The payload, whether it is a failure, and what Lambda itself adds to the log."""
    error_of = f"RequestId: {request_id} Error:"
    if happening is None:
        told = f"Task timed out after {spec.timeout_seconds:.2f} seconds"
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return _error("Sandbox.Timedout", f"{error_of} {told}"), True, [f"{now} {request_id} {told}"]
    if happening.kind == "exit":
        told = f"{error_of} {_exit_reason(happening.code)}"
        return _error("Runtime.ExitError", told), True, [told, "Runtime.ExitError"]
    if len(happening.body) > PAYLOAD_LIMIT:
        told = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)."
        return _error("Function.ResponseSizeTooLarge", told), True, [told]
    return happening.body, happening.kind != "response", []


def _error(kind: str, message: str) -> bytes:
    return json.dumps({"errorType": kind, "errorMessage": message}).encode()


def _exit_reason(code: int) -> str:
    if code == 0:
        return "Runtime exited without providing a reason"
    if code > 0:
        return f"Runtime exited with error: exit status {code}"
    name = str(-code)
    with contextlib.suppress(ValueError):
        name = signal.strsignal(-code) or name
    return f"Runtime exited with error: signal: {name.lower()}"


def _report(
    request_id: str,
    duration: float,
    spec: FunctionSpec,
    memory: int | None,
    init_ms: float | None,
    happening: Happening | None,
) -> str:
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration:.2f} ms",
        f"Billed Duration: {math.ceil(duration + (init_ms or 0))} ms",
        f"Memory Size: {spec.memory_mb} MB",
    ]
    fields += [f"Max Memory Used: {memory} MB"] if memory is not None else []
    fields += [f"Init Duration: {init_ms:.2f} ms"] if init_ms is not None else []
    fields += ["Status: timeout"] if happening is None else []
    return "\t".join(fields) + "\t"


def _now() -> int:
    return time.time_ns() // 1_000_000
