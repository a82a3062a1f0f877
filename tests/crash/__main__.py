"""`scripts/crash-matrix`: options in, table out; exit code 1 if anything did not survive."""

from __future__ import annotations

import argparse
import json
import shlex
import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from tests.crash import matrix, report, soak
from tests.crash.lives import COMMANDS, world

PAGE = Path("RELIABILITY.md")
NAMES = tuple(one.name for one in COMMANDS)
WHERES = ("at once", "eventual")


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    if asked.soak:
        return soak.soak(asked.soak, seed=asked.seed)
    jobs = matrix.jobs(_chosen(asked.command, NAMES), _chosen(asked.mode, matrix.MODES), _chosen(asked.where, WHERES))
    index, count = map(int, asked.shard.split("/"))
    jobs = jobs[index - 1 :: count]
    known = _known(asked.results)
    if asked.lines:
        done = {(one.command, one.where, one.mode, one.number) for one in known}
        with world() as where:
            for job in jobs:
                for result in matrix.run(
                    job, where, done=done, sample=asked.sample, seconds=asked.seconds, seed=asked.seed
                ):
                    _line(result)
        return 0
    began = time.monotonic()
    with ThreadPoolExecutor(asked.jobs) as pool:
        seconds = None if asked.minutes is None else asked.minutes * 60 * asked.jobs / len(jobs)
        parts = list(pool.map(lambda job: _apart(job, asked, seconds), jobs))
    results = known + [one for part in parts for one in part]
    latest, seconds = len(results) - len(known), time.monotonic() - began
    told = f"{report.table(results)}\n\n{report.closing(results, latest=latest, seconds=seconds)}\n"
    sys.stdout.write(told)
    if asked.page:
        command = shlex.join(["scripts/crash-matrix", *arguments])
        report.into(PAGE, f"Made on {date.today()} by `{command}`.\n\n{told}")  # noqa: DTZ011 - the user's own day
    return int(any(one.outcome == "failed" for one in results))


def _chosen(asked: list[str] | None, known: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(asked) if asked else known


def _known(file: str | None) -> list[matrix.Result]:
    """What an earlier run, stopped before its end, has tried."""
    if file is None or not Path(file).exists():
        return []
    return [matrix.Result(**json.loads(line)) for line in Path(file).read_text(encoding="utf-8").splitlines()]


def _line(result: matrix.Result) -> None:
    sys.stdout.write(json.dumps(vars(result)) + "\n")
    sys.stdout.flush()


def _apart(job: matrix.Job, asked: argparse.Namespace, seconds: float | None) -> list[matrix.Result]:
    """One job in a process of its own: an account each."""
    options = ["--lines", "--command", job.command, "--where", job.where, "--seed", str(asked.seed)]
    options += [word for mode in job.modes for word in ("--mode", mode)]
    options += ["--sample", str(asked.sample)] if asked.sample is not None else []
    options += ["--seconds", str(seconds)] if seconds is not None else []
    options += ["--results", asked.results] if asked.results else []
    results = []
    with subprocess.Popen([sys.executable, "-m", "tests.crash", *options], stdout=subprocess.PIPE, text=True) as part:
        for line in part.stdout or ():
            result = matrix.Result(**json.loads(line))
            results.append(result)
            if asked.results:  # at once: a run of an hour may be stopped before its end
                with Path(asked.results).open("a", encoding="utf-8") as file:
                    file.write(line)
            if result.trouble or asked.verbose:
                told = (
                    f"{result.command}, {result.where}, {result.mode} {result.number} ({result.at}): {result.outcome}"
                )
                sys.stderr.write(f"{told} {result.trouble}\n")
    if part.returncode != 0:
        raise SystemExit(f"{job} ended with {part.returncode}")
    sys.stderr.write(f"{job.command}, {job.where}, {', '.join(job.modes)}: {len(results)} points\n")
    return results


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/crash-matrix",
        description="Kills, cuts off and keeps waiting every command at every call and every write of its state file; "
        "then the same command again must end in the undisturbed run's account, and teardown in an empty one.",
    )
    parser.add_argument("--command", action="append", choices=NAMES, help="only this one; repeatable")
    parser.add_argument("--mode", action="append", choices=matrix.MODES, help="only this blow; repeatable")
    parser.add_argument("--where", action="append", choices=WHERES, help="when AWS shows what was made; repeatable")
    parser.add_argument("--sample", type=int, help="so many points of each part instead of all")
    parser.add_argument("--minutes", type=float, help="what can be done in that time, drawn at random")
    parser.add_argument("--shard", default="1/1", help="the i-th of n parts, as i/n")
    parser.add_argument("--seed", type=int, default=0, help="of the sample and of the soak")
    parser.add_argument("--jobs", type=int, default=2, help="so many parts at a time")
    parser.add_argument("--soak", type=int, metavar="N", help="instead: N kills at random moments, over whole lives")
    parser.add_argument("--page", action="store_true", help="write the table into RELIABILITY.md")
    parser.add_argument(
        "--results",
        help="a file for every single result, a line of JSON each; what it has is not tried again",
    )
    parser.add_argument("--verbose", action="store_true", help="say every point as it is done")
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    parser.add_argument("--lines", action="store_true", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
