"""Whole lives, killed at random moments, in an account that is consistent only eventually."""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import suppress

from tests.crash.account import Moment
from tests.crash.lives import COMMANDS, KILLED, NOTHING, TEARDOWN, UP, World, world

LINES = [command.arguments for command in COMMANDS]
LONGEST = 1.5
"""Seconds of the machine's own after which a kill comes at the latest; an undisturbed command takes about that."""
KILLS_A_LIFE = 12


def soak(kills: int, *, seed: int) -> int:
    """Until so many commands were killed. Exit code 1 if a life did not end as it must."""
    draw, counts, troubles = random.Random(seed), Counter[str](), []  # noqa: S311 - moments
    began = time.monotonic()
    with world() as where:
        start = Moment(where.account.empty, {})
        where.restore(start, consistent=True)
        if where.commands.run(*UP).code != 0:
            raise RuntimeError("up does not work undisturbed")
        wanted = where.account.look().things
        while counts["killed"] < kills:
            where.restore(start, consistent=False)
            trouble = _life(where, draw, counts, wanted)
            counts["lives"] += 1
            if trouble:
                troubles.append(trouble)
                sys.stdout.write(f"life {counts['lives']}: {trouble}\n")
    seconds = time.monotonic() - began
    sys.stdout.write(
        f"{counts['lives']} lives, {counts['commands']} commands, {counts['killed']} killed at a random moment, "
        f"{len(troubles)} failed (seed {seed}, {seconds / 60:.0f} min).\n"
    )
    return int(bool(troubles))


def _life(where: World, draw: random.Random, counts: Counter[str], wanted: str) -> str:
    """Commands at random, killed at random; at the end one undisturbed `up`, and one undisturbed `teardown`."""
    lines = []
    for _ in range(KILLS_A_LIFE):
        line = draw.choice(LINES)
        lines.append(line[0])
        code = _killed(where, line, after=draw.uniform(0, LONGEST))
        counts["commands"] += 1
        counts["killed"] += code == KILLED
        if code not in (KILLED, 0, 2):  # 2: `enable-proxy` before `up`
            return f"{' '.join(lines)} ended with {code}"
    where.account.settle()
    where.commands.run(*TEARDOWN)
    if where.account.look().things != NOTHING:
        return f"{', '.join(lines)}, teardown left {where.account.look().things[:500]}"
    up = where.commands.run(*UP)
    if up.code != 0 or where.account.look().things != wanted:
        return f"{', '.join(lines)}, teardown, up ended with {up.code}, in another account: {up.said[-500:]}"
    return where.torn_down()


def _killed(where: World, line: tuple[str, ...], *, after: float) -> int:
    pid = where.commands.begin(*line)
    timer = threading.Timer(after, _kill, (pid,))
    timer.start()
    try:
        return where.commands.end(pid).code
    finally:
        timer.cancel()


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
