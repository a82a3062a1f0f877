"""The handler: a connection anew or kept, at the database or at the pooler, and more calls at once than fit."""

from __future__ import annotations

from typing import Any

from benchmarks.series import figures
from benchmarks.stage import Stage, stage
from provision.archive import Archive


def measure(*, quick: bool) -> dict[str, Any]:
    """By provision's own `bench`, repeated; of the bursts the last."""
    times, calls, burst = (1, 10, 20) if quick else (5, 40, 120)
    with stage() as here:
        here.keep()
        here.provision("up", "--proxy")
        rounds = [_round(here, calls, burst) for _ in range(times)]
        here.provision("teardown", "--yes")
    built = Archive("python3.13", "x86_64").build()
    return {
        "zip_bytes": built.size,
        "at_once": burst,
        "kept_ms": _of(rounds, "kept"),
        "anew_ms": _of(rounds, "anew"),
        "anew_over_kept": {
            way: figures([one["anew"][way] / one["kept"][way] for one in rounds]) for way in ("direct", "proxy")
        },
        "bursts": rounds[-1]["bursts"],
    }


def _round(here: Stage, calls: int, burst: int) -> dict[str, Any]:
    report = here.provision("--output", "json", "bench", "--calls", str(calls), "--burst", str(burst)).document
    by_kind: dict[str, dict[str, float]] = {"kept": {}, "anew": {}}
    for one in report["calls"]:
        by_kind[one["connection"]][one["way"]] = one["p50_ms"]
    bursts = [{name: value for name, value in one.items() if name != "samples_ms"} for one in report["bursts"]]
    return {**by_kind, "bursts": bursts}


def _of(rounds: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return {way: figures([one[kind][way] for one in rounds]) for way in ("direct", "proxy")}
