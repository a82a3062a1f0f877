"""The local Lambda runtime: what an invocation answers and logs, above all where the function fails."""

from __future__ import annotations

import json
import os
import resource
import sys

import pytest

from provision.aws.local.functions import Functions, PayloadTooLarge
from provision.aws.local.functions.environment import LINE_BYTES
from tests.local.runtime import call, fail, gone, spec


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


def test_a_timeout_kills_the_environment(functions: Functions) -> None:
    impatient = spec(timeout_seconds=3)
    before = call(functions, impatient)["pid"]
    error, invocation = fail(functions, impatient, sleep=30)
    assert error["errorType"] == "Sandbox.Timedout"
    assert error["errorMessage"] == f"RequestId: {invocation.request_id} Error: Task timed out after 3.00 seconds"
    assert "Status: timeout" in invocation.log
    assert gone(before)
    assert call(functions, impatient)["pid"] != before


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not tell how much memory a process has taken")
def test_more_memory_than_the_function_has_kills_it(functions: Functions) -> None:
    patient = spec(timeout_seconds=60)
    assert call(functions, patient, eat=64, sleep=0.3)["pid"]
    error, invocation = fail(functions, patient, eat=300, sleep=50)
    assert error["errorType"] == "Runtime.ExitError"
    assert error["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert invocation.duration_ms < 30_000
    assert call(functions, patient)["pid"]


def test_a_module_that_cannot_be_imported_is_told(functions: Functions) -> None:
    error, _ = fail(functions, spec("import nowhere_to_be_found"))
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "nowhere_to_be_found" in error["errorMessage"]


def test_payloads_have_lambdas_limit(functions: Functions) -> None:
    with pytest.raises(PayloadTooLarge):
        functions.invoke(spec(), b" " * (6 * 1024 * 1024 + 1))
    error, _ = fail(functions, spec(), big=6 * 1024 * 1024)
    assert error["errorType"] == "Function.ResponseSizeTooLarge"


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


def test_a_line_that_does_not_end_is_logged_in_pieces(functions: Functions) -> None:
    invocation = functions.invoke(spec(), json.dumps({"say": "x" * 3_000_000}).encode())
    said = [line.message for line in invocation.lines if line.message.startswith("x")]
    assert "".join(said) == "x" * 3_000_000
    assert max(map(len, said)) < 2 * LINE_BYTES


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
