"""The local Lambda runtime: which process serves, what a failure looks like, what is left."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import io
import json
import os
import platform
import resource
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from provision.aws.local.functions import Functions, FunctionSpec, Invocation, PayloadTooLarge, mismatch
from provision.aws.local.functions.code import MACHINES

SOURCE = """
import os, subprocess, sys, time
print("cold start")
def handler(event, context):
    if "say" in event:
        print(event["say"])
    if "child" in event:
        child = subprocess.Popen(["sleep", "60"])
        print("child", child.pid)
    eaten = b"x" * (event.get("eat", 0) * 1024 * 1024)
    time.sleep(event.get("sleep", 0))
    if "exit" in event:
        os._exit(event["exit"])
    if "fail" in event:
        raise ValueError(event["fail"])
    if "big" in event:
        return "x" * event["big"]
    if "modules" in event:
        return {name: getattr(__import__(name), "__file__", None) for name in event["modules"]}
    return {"pid": os.getpid(), "env": dict(os.environ), "cwd": os.getcwd(), "memory": context.memory_limit_in_mb,
            "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis()}
"""
OWN_RUNTIME = f"python3.{sys.version_info.minor}"
OWN_MACHINE = MACHINES.get(platform.machine(), "x86_64")


def spec(source: str = SOURCE, *, files: dict[str, str] | None = None, **changed: Any) -> FunctionSpec:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in {"index.py": source, **(files or {})}.items():
            archive.writestr(name, text)
    code = content.getvalue()
    given: dict[str, Any] = {
        "name": "hello",
        "arn": "arn:aws:lambda:eu-west-1:123456789012:function:hello",
        "version": "$LATEST",
        "handler": "index.handler",
        "runtime": OWN_RUNTIME,
        "architecture": OWN_MACHINE,
        "code": code,
        "code_sha256": base64.b64encode(hashlib.sha256(source.encode() + repr(files).encode()).digest()).decode(),
        "environment": {"COLOUR": "red"},
        "timeout_seconds": 10,
        "memory_mb": 256,
        "region": "eu-west-1",
        "role_arn": "arn:aws:iam::123456789012:role/hello",
        "log_group": "/aws/lambda/hello",
    }
    return FunctionSpec(**{**given, **changed})


@pytest.fixture
def functions(tmp_path: Path) -> Iterator[Functions]:
    functions = Functions(tmp_path / "functions", extra_environment={"PGSSLROOTCERT": "ca.pem"})
    yield functions
    functions.close()


def call(functions: Functions, function: FunctionSpec, **event: Any) -> Any:
    invocation = functions.invoke(function, json.dumps(event).encode())
    assert invocation.function_error is None, invocation.payload
    return json.loads(invocation.payload)


def fail(functions: Functions, function: FunctionSpec, **event: Any) -> tuple[dict[str, Any], Invocation]:
    invocation = functions.invoke(function, json.dumps(event).encode())
    assert invocation.function_error == "Unhandled"
    return json.loads(invocation.payload), invocation


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.startswith("Z")


def eventually(true: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 30
    while not true() and time.monotonic() < deadline:
        time.sleep(0.02)
    return true()


def test_an_idle_environment_is_reused(functions: Functions) -> None:
    first = functions.invoke(spec(), b"{}")
    second = functions.invoke(spec(), b"{}")
    assert json.loads(first.payload)["pid"] == json.loads(second.payload)["pid"]
    assert first.init_ms
    assert second.init_ms is None


def test_concurrent_invocations_get_environments_of_their_own(functions: Functions) -> None:
    with ThreadPoolExecutor(3) as crowd:
        answers = list(crowd.map(lambda _: call(functions, spec(), sleep=1.0)["pid"], range(3)))
    assert len(set(answers)) == 3
    assert call(functions, spec())["pid"] in answers


@pytest.mark.parametrize(
    "changed", [{"environment": {"COLOUR": "blue"}}, {"timeout_seconds": 7}, {"source": SOURCE + "\n"}]
)
def test_a_change_means_a_new_environment_and_the_old_one_ends(functions: Functions, changed: dict[str, Any]) -> None:
    before = call(functions, spec())
    after = call(functions, spec(**changed))
    assert after["pid"] != before["pid"]
    assert after["env"]["COLOUR"] == changed.get("environment", {"COLOUR": "red"})["COLOUR"]
    assert gone(before["pid"])


def test_the_function_sees_lambdas_variables_and_none_of_ours(functions: Functions) -> None:
    os.environ["OURS"] = "secret"
    try:
        seen = call(functions, spec())
    finally:
        del os.environ["OURS"]
    assert "OURS" not in seen["env"]
    assert seen["env"]["PGSSLROOTCERT"] == "ca.pem"
    assert seen["env"]["AWS_REGION"] == "eu-west-1"
    assert seen["env"]["LAMBDA_TASK_ROOT"] == seen["cwd"]
    assert seen["memory"] == "256"
    assert seen["arn"] == spec().arn
    assert 8_000 < seen["left"] <= 10_000


def test_a_timeout_kills_the_environment(functions: Functions) -> None:
    impatient = spec(timeout_seconds=1)
    before = call(functions, impatient)["pid"]
    error, invocation = fail(functions, impatient, sleep=30)
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"] == f"RequestId: {invocation.request_id} Error: Task timed out after 1.00 seconds"
    assert "Status: timeout" in invocation.log
    assert gone(before)
    assert call(functions, impatient)["pid"] != before


def test_an_exception_is_told_and_the_environment_stays(functions: Functions) -> None:
    before = call(functions, spec())["pid"]
    error, invocation = fail(functions, spec(), fail="no good")
    assert (error["errorType"], error["errorMessage"]) == ("ValueError", "no good")
    assert "in handler" in error["stackTrace"][0]
    assert "[ERROR] ValueError: no good" in invocation.log
    assert call(functions, spec())["pid"] == before


def test_an_exit_is_told(functions: Functions) -> None:
    error, _ = fail(functions, spec(), exit=3)
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Runtime exited with error: exit status 3")
    assert call(functions, spec())["pid"]


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not tell how much memory a process has taken")
def test_more_memory_than_the_function_has_kills_it(functions: Functions) -> None:
    assert call(functions, spec(), eat=64, sleep=0.3)["pid"]
    error, invocation = fail(functions, spec(), eat=300, sleep=30)
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert invocation.duration_ms < 10_000
    assert call(functions, spec())["pid"]


def test_a_module_that_cannot_be_imported_is_told(functions: Functions) -> None:
    error, _ = fail(functions, spec("import nowhere_to_be_found"))
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "nowhere_to_be_found" in error["errorMessage"]


def test_the_log_has_lambdas_own_lines_around_the_functions(functions: Functions) -> None:
    invocation = functions.invoke(spec(), b'{"say": "something"}')
    cold, start, said, end, report = invocation.log.splitlines()
    assert start == f"START RequestId: {invocation.request_id} Version: $LATEST"
    assert (cold, said) == ("cold start", "something")
    assert end == f"END RequestId: {invocation.request_id}"
    assert report.startswith(f"REPORT RequestId: {invocation.request_id}\tDuration: ")
    assert "Memory Size: 256 MB" in report
    assert "Init Duration: " in report
    assert [line.timestamp for line in invocation.lines] == sorted(line.timestamp for line in invocation.lines)


def test_the_tail_is_the_last_4_kb(functions: Functions) -> None:
    invocation = functions.invoke(spec(), json.dumps({"say": "x" * 200_000}).encode())
    assert len(invocation.log) == 4096
    assert "REPORT" in invocation.log
    assert sum(len(line.message) for line in invocation.lines) > 200_000


def test_payloads_have_lambdas_limit(functions: Functions) -> None:
    with pytest.raises(PayloadTooLarge):
        functions.invoke(spec(), b" " * (6 * 1024 * 1024 + 1))
    error, _ = fail(functions, spec(), big=6 * 1024 * 1024)
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


def test_the_zip_comes_before_what_the_runtime_provides(functions: Functions) -> None:
    shipped = spec(files={"psycopg2/__init__.py": "", "boto3/__init__.py": ""})
    root = call(functions, shipped)["cwd"]
    found = call(functions, shipped, modules=["psycopg2", "boto3"])
    assert {name: path.startswith(root) for name, path in found.items()} == {"psycopg2": True, "boto3": True}


def test_only_what_lambda_provides_is_there_besides(functions: Functions) -> None:
    assert call(functions, spec(), modules=["boto3"])["boto3"]
    error, _ = fail(functions, spec(), modules=["moto"])
    assert error["errorType"] == "ModuleNotFoundError"


def test_elsewhere_this_machines_psycopg2_stands_in(functions: Functions) -> None:
    other = spec(files={"psycopg2/__init__.py": "raise ImportError"}, runtime="python3.9")
    path = call(functions, other, modules=["psycopg2"])["psycopg2"]
    assert "substitutes" in path
    assert "python3.9" in (mismatch("python3.9", OWN_MACHINE) or "")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux runs exactly the zip")
def test_the_own_runtime_needs_no_note() -> None:
    assert mismatch(OWN_RUNTIME, OWN_MACHINE) is None


def test_retired_environments_end(functions: Functions) -> None:
    before = call(functions, spec())["pid"]
    functions.retire("hello")
    assert gone(before)
    assert call(functions, spec())["pid"] != before


def test_idle_environments_end(tmp_path: Path) -> None:
    functions = Functions(tmp_path / "functions", extra_environment={}, idle_seconds=0.2)
    try:
        pid = call(functions, spec())["pid"]
        assert eventually(lambda: gone(pid))
    finally:
        functions.close()


def test_what_a_function_started_ends_with_its_process(functions: Functions) -> None:
    """Also while it serves nothing."""
    invocation = functions.invoke(spec(), b'{"child": true}')
    child = next(int(line.message.split()[1]) for line in invocation.lines if line.message.startswith("child"))
    os.kill(json.loads(invocation.payload)["pid"], signal.SIGKILL)
    assert eventually(lambda: gone(child))


@pytest.mark.skipif(sys.platform != "linux", reason="counts in /proc")
def test_a_start_that_fails_leaves_nothing(tmp_path: Path) -> None:
    """Here for want of file descriptors, at each place where one is taken."""
    functions = Functions(tmp_path / "functions", extra_environment={}, passes=lambda *_: True)
    call(functions, spec())
    functions.retire("hello")
    for spare in range(9):
        before, threads = set(descriptors()), threading.active_count()
        with at_most_more(spare), pytest.raises(OSError, match="Too many open files"):
            functions.invoke(spec(), b"{}")
        assert eventually(lambda: set(descriptors()) <= before)  # noqa: B023 - asked at once
        assert eventually(lambda: threading.active_count() <= threads)  # noqa: B023 - as above
        assert list((tmp_path / "functions" / "scratch").iterdir()) == []
    functions.close()


@contextlib.contextmanager
def at_most_more(spare: int) -> Iterator[None]:
    """This process may open so many files more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    gaps = [os.dup(0) for _ in range(max(descriptors()) + 1 - len(descriptors()))]
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(descriptors()) + 1 + spare, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        for one in gaps:
            os.close(one)


def descriptors() -> list[int]:
    return sorted(int(path.name) for path in Path("/proc/self/fd").iterdir() if path.exists())


def test_output_is_read_however_many_files_are_open(functions: Functions) -> None:
    """More than select(2) takes, and more output than a pipe holds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(2048, hard), hard))
    many = [os.dup(0) for _ in range(1024)]
    try:
        assert call(functions, spec(), say="x" * 200_000)["pid"]
    finally:
        for one in many:
            os.close(one)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_close_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "functions"
    functions = Functions(folder, extra_environment={})
    invocation = functions.invoke(spec(), b'{"child": true}')
    child = next(int(line.message.split()[1]) for line in invocation.lines if line.message.startswith("child"))
    pid = json.loads(invocation.payload)["pid"]
    functions.close()
    assert gone(pid)
    assert eventually(lambda: gone(child))
    assert not folder.exists()
