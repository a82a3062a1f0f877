"""Lambda's Invoke: the function that the account has, run for real.

AWS: errors of the function itself are answered with 200 and `FunctionError`; its output goes to its log group, which
Lambda makes if it is not there.
"""

from __future__ import annotations

import base64
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from provision.aws.local import connections
from provision.aws.local.account import Account
from provision.aws.local.corrections.functions import check_invocable, located
from provision.aws.local.files import Files
from provision.aws.local.functions import Functions, FunctionSpec, Invocation, PayloadTooLarge
from provision.aws.local.wire import Answer, Call, Refusal

LINES_KEPT, BYTES_KEPT = 2000, 4 * 1024 * 1024
"""Of each log group: all of them are written again with every change of the account."""


class Invoking:
    """All execution environments of one account."""

    def __init__(self, files: Files, account: Account) -> None:
        self._files = files
        self._account = account
        self._functions: Functions | None = None
        self._running: Counter[str] = Counter()

    def open(self, *, endpoint: str, bundle: Path) -> None:
        """Begin. The functions see the local AWS at `endpoint` and trust its certificates in `bundle`."""
        extra = {"AWS_ENDPOINT_URL": endpoint, "PGSSLROOTCERT": str(bundle)}
        api = int(endpoint.rpartition(":")[2])
        self._functions = Functions(
            self._files.functions, extra_environment=extra, passes=partial(connections.passes, self._account, api=api)
        )

    def close(self) -> None:
        """End every environment."""
        if self._functions:
            self._functions.close()

    def processes(self) -> Iterator[dict[str, Any]]:
        """One row for each environment, for `local status`."""
        for environment in self._functions.environments() if self._functions else ():
            what = f"function {environment.spec.name}"
            yield {"what": what, "state": "running", "pid": environment.pid, "port": None, "age": None}

    def forget(self, name: str) -> None:
        """The function is gone, and so are its environments."""
        if self._functions:
            self._functions.retire(name)

    def answer(self, call: Call) -> Answer:
        """Run it and wait for it; not under the account's lock. Raises `Refusal`."""
        kind = call.environ.get("HTTP_X_AMZ_INVOCATION_TYPE", "RequestResponse")
        with self._account.lock:
            function = located(call)
            if kind == "DryRun":
                check_invocable(self._account, function, running=self._running[function.function_arn])
                return Answer(204, [], b"")
        done = self.run(function, call.region, call.body)
        if kind == "Event":
            return Answer(202, [], b"")
        return Answer(200, list(_headers(call, done)), done.payload)

    def run(self, function: Any, region: str, payload: bytes) -> Invocation:
        """One invocation of moto's `function`, whoever asks for it; not under the account's lock. Raises `Refusal`."""
        with self._account.lock:
            spec = _spec(function, region)
            check_invocable(self._account, function, running=self._running[spec.arn])
            self._running[spec.arn] += 1
        try:
            return self._run(spec, payload)
        finally:
            with self._account.lock:
                self._running[spec.arn] -= 1

    def _run(self, spec: FunctionSpec, payload: bytes) -> Invocation:
        if self._functions is None:
            raise Refusal("ServiceException", "The local AWS is only just starting.", status=500)
        try:
            done = self._functions.invoke(spec, payload)
        except PayloadTooLarge as error:
            raise Refusal("RequestTooLargeException", str(error), status=413) from error
        self._keep_log(spec, done)
        return done

    def _keep_log(self, spec: FunctionSpec, done: Invocation) -> None:
        now = int(time.time() * 1000)
        events = [{"timestamp": line.timestamp or now, "message": line.message} for line in done.lines]
        with self._account.lock:
            logs = self._account.backend("logs", spec.region)
            if spec.log_group not in logs.groups:
                logs.create_log_group(spec.log_group, tags={})
            if done.log_stream not in logs.groups[spec.log_group].streams:
                logs.create_log_stream(spec.log_group, done.log_stream)
            logs.put_log_events(spec.log_group, done.log_stream, events)
            _forget_oldest(logs.groups[spec.log_group])
        self._account.save_later()


def _forget_oldest(group: Any) -> None:
    """moto keeps every line, whatever the group's retention."""
    streams = sorted(group.streams.items(), key=lambda item: item[1].events[-1].timestamp if item[1].events else 0)
    lines, room = LINES_KEPT, BYTES_KEPT
    for name, stream in reversed(streams):
        kept = 0
        for event in reversed(stream.events):
            lines, room = lines - 1, room - len(event.message)
            if lines < 0 or room < 0:
                break
            kept += 1
        del stream.events[: len(stream.events) - kept]
        if not stream.events:
            del group.streams[name]


def _headers(call: Call, done: Invocation) -> Iterator[tuple[str, str]]:
    yield "Content-Type", "application/json"
    yield "x-amzn-RequestId", done.request_id
    yield "X-Amz-Executed-Version", done.executed_version
    if done.function_error:
        yield "X-Amz-Function-Error", done.function_error
    if call.environ.get("HTTP_X_AMZ_LOG_TYPE") == "Tail":
        yield "X-Amz-Log-Result", base64.b64encode(done.log.encode()).decode()


def _spec(function: Any, region: str) -> FunctionSpec:
    return FunctionSpec(
        name=function.function_name,
        arn=function.function_arn,
        version=str(function.version),
        handler=function.handler,
        runtime=function.run_time,
        architecture=function.architectures[0],
        code=function.code_bytes,
        code_sha256=function.code_sha_256,
        environment=dict(function.environment_vars or {}),
        timeout_seconds=int(function.timeout),
        memory_mb=int(function.memory_size),
        region=region,
        role_arn=function.role,
        log_group=function.logs_group_name,
    )
