"""The local AWS: how long until it answers, what a whole stack takes on it, and what a call of the function costs."""

from __future__ import annotations

import json
import time
from typing import Any

from benchmarks.series import figures
from benchmarks.stage import Stage, run, stage
from provision.aws import local

BUDGET = 10.0
"""Seconds for `up` on a fresh folder, the start of the local AWS and PostgreSQL included."""


def measure(*, quick: bool) -> dict[str, Any]:
    """Each against what Python takes to import boto3, measured in the same round."""
    times = 1 if quick else 2
    rounds = [_round() for _ in range(times)]
    seen = {name: figures([one[name] for one in rounds]) for name in rounds[0]}
    return {"budget_s": BUDGET, **seen}


def _round() -> dict[str, float]:
    with stage() as here:
        base = run("-c", "import boto3").wall
        began = time.monotonic()
        here.client("sts").get_caller_identity()
        cold = time.monotonic() - began
        here.keep()
        warm_up = here.provision("up").wall
        again = here.provision("up").wall
        overhead = [_overhead(here) for _ in range(5)]
        here.provision("teardown", "--yes")
        began = time.monotonic()
        local.stop(here.aws)
        stop = time.monotonic() - began
    with stage() as fresh:
        fresh_up = fresh.provision("up").wall
        split = _cold_call(fresh)
        fresh.provision("teardown", "--yes")
    return {
        "import_boto3_s": base,
        "cold_start_s": cold,
        "cold_start_over_import_boto3": cold / base,
        "up_fresh_s": fresh_up,
        "up_fresh_over_budget": fresh_up / BUDGET,
        "up_warm_s": warm_up,
        "up_repeated_s": again,
        "up_repeated_over_up_warm": again / warm_up,
        "invoke_overhead_ms": min(one["overhead"] for one in overhead),
        "invoke_handler_ms": min(one["handler"] for one in overhead),
        "stop_s": stop,
        **split,
    }


def _overhead(here: Stage) -> dict[str, float]:
    """A warm call: what it takes beyond the handler's own database time."""
    wall, answer = _call(here)
    own = answer["secret_ms"] + answer["connect_ms"] + answer["query_ms"]
    return {"overhead": wall - own, "handler": own}


def _cold_call(here: Stage) -> dict[str, float]:
    """The first call of a new execution environment: a change of memory makes one."""
    awslambda = here.client("lambda")
    name = awslambda.list_functions()["Functions"][0]["FunctionName"]
    awslambda.update_function_configuration(FunctionName=name, MemorySize=300)
    wall, answer = _call(here)
    parts = {name: answer[f"{name}_ms"] for name in ("secret", "connect", "query")}
    init = wall - sum(parts.values())
    return {"cold_call_ms": wall, "cold_init_ms": init, **{f"cold_{name}_ms": value for name, value in parts.items()}}


def _call(here: Stage) -> tuple[float, dict[str, float]]:
    awslambda = here.client("lambda")
    name = awslambda.list_functions()["Functions"][0]["FunctionName"]
    began = time.monotonic()
    answer = json.load(awslambda.invoke(FunctionName=name, Payload=b"{}")["Payload"])
    return (time.monotonic() - began) * 1000, answer
