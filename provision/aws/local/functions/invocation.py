"""One invocation in an environment: its event, its outcome, and the lines that Lambda itself logs around it."""

from __future__ import annotations

import contextlib
import json
import math
import signal
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime

from provision.aws.local.functions.environment import Environment
from provision.aws.local.functions.runtime_api import RuntimeEvent, Work
from provision.aws.local.functions.spec import FunctionSpec, Invocation, LogLine

PAYLOAD_LIMIT = 6 * 1024 * 1024


@dataclass
class Started:
    """An initialised environment; `failure` when it cannot serve, `init_ms` None when it was warm."""

    environment: Environment
    init_ms: float | None
    failure: RuntimeEvent | None = None
    timed_out: bool = False


def run(started: Started, request_id: str, payload: bytes) -> tuple[Invocation, bool]:
    """The invocation, and whether its environment may serve another."""
    environment, spec = started.environment, started.environment.spec
    lines = list(environment.take_lines())  # of the initialisation; AWS logs it before START, and wants lines in order
    lines.append(LogLine(_now(), f"START RequestId: {request_id} Version: {spec.version}"))
    start = time.monotonic()
    event = started.failure
    if event is None and not started.timed_out:
        event = environment.serve(_work(spec, request_id, payload), spec.timeout_seconds)
    duration = (time.monotonic() - start) * 1000
    if event is None:
        duration = spec.timeout_seconds * 1000.0
    memory = environment.peak_memory_mb
    body, failed, remark = _outcome(event, request_id, spec)
    lines += environment.take_lines()
    lines += [LogLine(_now(), text) for text in (*remark, f"END RequestId: {request_id}")]
    lines.append(LogLine(_now(), _report(request_id, duration, spec, memory, started.init_ms, event)))
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
    return invocation, event is not None and event.kind in {"response", "error"}


def _work(spec: FunctionSpec, request_id: str, payload: bytes) -> Work:
    trace = uuid.uuid4().hex
    headers = {
        "Lambda-Runtime-Deadline-Ms": str(_now() + spec.timeout_seconds * 1000),
        "Lambda-Runtime-Invoked-Function-Arn": spec.arn,
        "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{trace[:24]};Parent={trace[:16]};Sampled=0",
    }
    return Work(request_id, payload or b"{}", headers)


def _outcome(event: RuntimeEvent | None, request_id: str, spec: FunctionSpec) -> tuple[bytes, bool, list[str]]:
    """The payload, whether it is a failure, and what Lambda itself adds to the log."""
    error_of = f"RequestId: {request_id} Error:"
    if event is None:
        message = f"Task timed out after {spec.timeout_seconds:.2f} seconds"
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return _error("Sandbox.Timedout", f"{error_of} {message}"), True, [f"{now} {request_id} {message}"]
    if event.kind == "exit":
        message = f"{error_of} {_exit_reason(event.code)}"
        return _error("Runtime.ExitError", message), True, [message, "Runtime.ExitError"]
    if len(event.body) > PAYLOAD_LIMIT:
        message = f"Response payload size exceeded maximum allowed payload size ({PAYLOAD_LIMIT} bytes)."
        return _error("Function.ResponseSizeTooLarge", message), True, [message]
    return event.body, event.kind != "response", []


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
    event: RuntimeEvent | None,
) -> str:
    fields = [
        f"REPORT RequestId: {request_id}",
        f"Duration: {duration:.2f} ms",
        f"Billed Duration: {math.ceil(duration + (init_ms or 0))} ms",
        f"Memory Size: {spec.memory_mb} MB",
    ]
    fields += [f"Max Memory Used: {memory} MB"] if memory is not None else []
    fields += [f"Init Duration: {init_ms:.2f} ms"] if init_ms is not None else []
    fields += ["Status: timeout"] if event is None else []
    return "\t".join(fields) + "\t"


def _now() -> int:
    return time.time_ns() // 1_000_000
