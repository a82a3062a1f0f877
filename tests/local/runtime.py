"""A function that does what its event says, and the local Lambda runtime that runs it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import platform
import subprocess
import sys
from typing import Any

from provision.aws.local.functions import Functions, FunctionSpec, Invocation
from provision.aws.local.functions.code import MACHINES
from tests.zipped import zipped

SOURCE = """
import os, subprocess, sys, time, uuid
print("cold start")
def handler(event, context):
    if "say" in event:
        print(event["say"])
    if "child" in event:
        child = subprocess.Popen(["sleep", "300"], start_new_session=event["child"] == "escaped")
        print("child", child.pid)
    eaten = b"x" * (event.get("eat", 0) * 1024 * 1024)
    time.sleep(event.get("sleep", 0))
    if "meet" in event:
        open(os.path.join(event["meet"], uuid.uuid4().hex), "w").close()
        while len(os.listdir(event["meet"])) < event["of"]:
            time.sleep(0.05)
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
    given: dict[str, Any] = {
        "name": "hello",
        "arn": "arn:aws:lambda:eu-west-1:123456789012:function:hello",
        "version": "$LATEST",
        "handler": "index.handler",
        "runtime": OWN_RUNTIME,
        "architecture": OWN_MACHINE,
        "code": zipped(source, files),
        "code_sha256": base64.b64encode(hashlib.sha256(source.encode() + repr(files).encode()).digest()).decode(),
        "environment": {"COLOUR": "red"},
        "timeout_seconds": 10,
        "memory_mb": 256,
        "region": "eu-west-1",
        "role_arn": "arn:aws:iam::123456789012:role/hello",
        "log_group": "/aws/lambda/hello",
    }
    return FunctionSpec(**{**given, **changed})


def call(functions: Functions, function: FunctionSpec, **event: Any) -> Any:
    """What the function answers, which does not fail."""
    invocation = functions.invoke(function, json.dumps(event).encode())
    assert invocation.function_error is None, invocation.payload
    return json.loads(invocation.payload)


def fail(functions: Functions, function: FunctionSpec, **event: Any) -> tuple[dict[str, Any], Invocation]:
    """The error that the function, which fails, answers."""
    invocation = functions.invoke(function, json.dumps(event).encode())
    assert invocation.function_error == "Unhandled"
    return json.loads(invocation.payload), invocation


def gone(pid: int) -> bool:
    """Whether the process has ended, be it only as a zombie that nobody has reaped."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return state.startswith("Z")
