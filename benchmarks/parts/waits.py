"""Wall time over the longest chain of waits."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from benchmarks.series import figures
from benchmarks.stage import Ran, Stage, run, stage
from benchmarks.waits import CHAINS

USUAL = ((0.05, 50.0, 2), (0.05, 0.0, 1), (0.05, 150.0, 1), (0.1, 50.0, 1))
"""(pace, latency of a call in ms, how often)."""
QUICK = ((0.05, 50.0, 1),)
IN_ITS_OWN_TIME = ((1.0, 50.0, 1),)
ROUND = (("up --proxy", "teardown"), ("up", "enable-proxy", "teardown"))


def measure(*, quick: bool) -> list[dict[str, Any]]:
    """A row for each pace, latency and command."""
    return _measured(QUICK if quick else USUAL)


def measure_at_aws_pace(*, quick: bool) -> list[dict[str, Any]]:  # noqa: ARG001 - it takes its time
    """As `measure`, each command once, with nothing sped up."""
    return _measured(IN_ITS_OWN_TIME)


def _measured(settings: Sequence[tuple[float, float, int]]) -> list[dict[str, Any]]:
    rows: dict[tuple[float, float, str], list[dict[str, float]]] = {}
    with stage() as here:
        here.keep()
        for pace, latency, times in settings:
            for command in (command for _ in range(times) for part in ROUND for command in part):
                rows.setdefault((pace, latency, command), []).append(_once(here, command, pace, latency))
    return [_row(*what, seen) for what, seen in rows.items()]


def _once(here: Stage, command: str, pace: float, latency: float) -> dict[str, float]:
    here.manners.set(pace=pace, latency_ms=latency)
    here.calls()
    bare = run("-c", "import boto3, typer, rich").wall
    words = [*command.split(), *(["--yes"] if command == "teardown" else [])]
    ran: Ran = here.provision(*words)
    seen = here.calls()
    here.manners.set(pace=0, latency_ms=0)
    time.sleep(0.2)
    return {"wall": ran.wall, "bare": bare, "cpu": ran.cpu, **seen}


def _row(pace: float, latency: float, command: str, seen: list[dict[str, float]]) -> dict[str, Any]:
    chain = CHAINS[command]
    waits, calls = chain.seconds(pace), chain.with_calls(pace, latency)
    return {
        "command": command,
        "pace": pace,
        "latency_ms": latency,
        "chain_s": round(waits, 3),
        "chain_with_calls_s": round(calls, 3),
        "chain": list(chain.waits),
        "wall_s": figures([one["wall"] for one in seen]),
        "over_waits": figures([one["wall"] / waits for one in seen]),
        "over_waits_and_calls": figures([one["wall"] / calls for one in seen]),
        "over_all_but_start": figures([(one["wall"] - one["bare"]) / calls for one in seen]),
        "cpu_s": figures([one["cpu"] for one in seen]),
        "calls": figures([one["calls"] for one in seen]),
        "mutating": figures([one["mutating"] for one in seen]),
    }
