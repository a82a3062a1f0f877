"""The runs of one stack in a file beside its state file: few, small, and no loss if it is lost."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from statistics import median
from typing import Any

from provision.timeline.record import Run, Span, Step

VERSION = 2
MODE = 0o600
MOST_RUNS = 10
MOST_STEPS = 200
LONGEST = 1e11
"""Seconds; no moment that we wrote is beyond."""


def load(path: Path) -> list[Run]:
    """Oldest first; none where there is no file, or one that cannot be read."""
    try:
        if not path.is_file():  # a pipe keeps its reader waiting for ever
            return []
        document = json.loads(path.read_bytes())
        return [_run(one) for one in document["runs"]] if document["version"] == VERSION else []
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
        return []


def add(path: Path, run: Run) -> None:
    """The oldest runs go. A record is not worth failing a run for: what cannot be written is left out."""
    runs = [*load(path), run][-MOST_RUNS:]
    for one in runs:
        del one.steps[MOST_STEPS:]
    text = json.dumps({"version": VERSION, "runs": [asdict(one) for one in runs]}, separators=(",", ":"))
    beside = _draft(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE), "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(path)
    except OSError:
        with suppress(OSError):
            beside.unlink()


def forget(path: Path) -> None:
    """As if nothing had run; nor is what cannot be removed worth failing a run for."""
    for file in (path, _draft(path)):
        with suppress(OSError):
            file.unlink()


def _draft(path: Path) -> Path:
    """Where a write begins; one that was killed leaves it behind."""
    return path.with_name(f".{path.name}.new")


def earlier(runs: Sequence[Run]) -> dict[tuple[str, str], float]:
    """How long (key, verb) took as a rule, seconds."""
    took: dict[tuple[str, str], list[float]] = {}
    for step in (step for run in runs for step in run.steps if step.verb and step.ended):
        took.setdefault((step.key, step.verb), []).append(step.end - step.start)
    return {what: median(seconds) for what, seconds in took.items()}


def _run(fields: dict[str, Any]) -> Run:
    steps = [Step(**{**step, "spans": [_span(span) for span in step["spans"]]}) for step in fields["steps"]]
    run = Run(**{**fields, "outside": [_span(span) for span in fields["outside"]], "steps": steps})
    words = [run.command, run.name, run.target, run.region, run.outcome]
    words += [word for step in steps for word in (step.key, step.label, step.verb, *step.needs)]
    spans = [*run.outside, *(span for step in steps for span in step.spans)]
    moments = [run.began, run.elapsed, *run.parts, *(moment for span in spans for moment in span)]
    if not all(isinstance(word, str) for word in words) or not all(0 <= moment < LONGEST for moment in moments):
        raise ValueError("run")
    "".join(words).encode()  # JSON can escape halves of a character, which no picture can have: ValueError
    return run


def _span(pair: list[float]) -> Span:
    start, end = pair
    return float(start), float(end)
