"""Every command, every point, every blow."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any

from tests.crash.blows import AT_CALLS, AT_WRITES, KILLS, Blow
from tests.crash.lives import COMMANDS, Command, Undisturbed, World

MODES = (*AT_CALLS, *AT_WRITES)
READS_TOO = ("kill before", "answer lost", "time-out")
"""A read that was carried out left nothing; and nothing comes of one that is carried out late."""


@dataclass(frozen=True)
class Job:
    """A part of the matrix: one command in an account that is consistent at once, or only eventually."""

    command: str
    consistent: bool
    modes: tuple[str, ...] = MODES

    @property
    def where(self) -> str:
        return "at once" if self.consistent else "eventual"


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one point came to; `outcome` is one of `survived`, `as before`, `not reached`, `failed`."""

    command: str
    where: str
    mode: str
    number: int
    at: str
    outcome: str
    of: int
    """So many points this blow has in this part."""
    trouble: str = ""


def jobs(commands: tuple[str, ...], modes: tuple[str, ...], wheres: tuple[str, ...]) -> list[Job]:
    """The dear ones first. Kills leave states that are alike, so they stay together."""
    parts = [part for part in (_among(modes, KILLS), tuple(mode for mode in modes if mode not in KILLS)) if part]
    return [
        Job(command.name, consistent=where == "at once", modes=part)
        for where in wheres
        for command in sorted(COMMANDS, key=lambda one: one.name.startswith(("enable", "disable")))
        if command.name in commands
        for part in parts
    ]


def _among(modes: tuple[str, ...], some: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(mode for mode in modes if mode in some)


def points(job: Job, known: Undisturbed) -> Iterator[Blow]:
    """All of a job. Where AWS is consistent only eventually, most calls look whether something shows yet, as often as
    the clock wants it: there the calls that change something are struck, and the writes."""
    for mode in job.modes:
        if mode in AT_WRITES:
            for number, kind in enumerate(known.moments, start=1):
                if mode != "torn write" or kind == "os.rename":
                    yield Blow(mode=mode, number=number)
        elif job.consistent and mode in READS_TOO:
            yield from (Blow(mode=mode, number=number) for number in range(1, len(known.calls) + 1))
        else:
            yield from (Blow(mode=mode, number=number, changes=True) for number in range(1, known.changes + 1))


Point = tuple[str, str, str, int]
"""Command, where, mode and number."""


def run(
    job: Job,
    where: World,
    *,
    done: Collection[Point] = (),
    sample: int | None = None,
    seconds: float | None = None,
    seed: int = 0,
) -> Iterator[Result]:
    """All points of a job but those that are `done`, or a sample of so many, or what can be done in that time, drawn at
    random."""
    until = None if seconds is None else time.monotonic() + seconds
    command = next(one for one in COMMANDS if one.name == job.command)
    start = where.prepared(command)
    known = where.undisturbed(command, start, consistent=job.consistent)
    chosen = list(points(job, known))
    counts = Counter(blow.mode for blow in chosen)
    if sample is not None:
        chosen = spread(chosen, sample, seed)
    if until is not None:
        random.Random(seed).shuffle(chosen)  # noqa: S311 - a sample
    for blow in chosen:
        if (job.command, job.where, blow.mode, blow.number) in done:
            continue
        if until is not None and time.monotonic() > until:
            return
        yield _result(job, command, blow, where, start, known, counts[blow.mode])


def spread(blows: list[Blow], count: int, seed: int) -> list[Blow]:
    """So many of them, of each mode as many or one fewer, drawn with that seed."""
    draw = random.Random(seed)  # noqa: S311 - a sample
    modes = list(dict.fromkeys(blow.mode for blow in blows))
    picked: list[Blow] = []
    draw.shuffle(modes)
    for index, mode in enumerate(modes):
        of_mode = [blow for blow in blows if blow.mode == mode]
        share = (count + index) // len(modes)
        picked += sorted(draw.sample(of_mode, min(share, len(of_mode))), key=lambda blow: blow.number)
    return picked


def _result(job: Job, command: Command, blow: Blow, where: World, start: Any, known: Undisturbed, of: int) -> Result:
    outcome = where.endure(command, start, known, blow, consistent=job.consistent)
    word = "as before" if outcome.like else "survived" if outcome.struck else "not reached"
    return Result(
        command=job.command,
        where=job.where,
        mode=blow.mode,
        number=blow.number,
        at=outcome.at,
        outcome="failed" if outcome.trouble else word,
        of=of,
        trouble=outcome.trouble,
    )
