"""How long it takes until the first line, how much memory it needs, and what is imported for it."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

from benchmarks.series import figures
from benchmarks.stage import Ran, Stage, run, stage

ALONE = {
    "python -c pass": ("-c", "pass"),
    "import typer, rich": ("-c", "import typer, rich"),
    "import boto3": ("-c", "import boto3"),
    "provision --version": ("-m", "provision", "--version"),
    "provision --help": ("-m", "provision", "--help"),
}
AGAINST = "import typer, rich"
HEAVY = ("boto3", "botocore", "moto", "pydantic", "rich.console", "rich.markdown", "tenacity", "psycopg2")
COMMANDS = ("up", "status", "plan", "outputs", "invoke", "enable-proxy", "teardown --yes")


def measure(*, quick: bool) -> dict[str, Any]:
    """Times interleaved, so that a busy moment of the machine hits all alike."""
    times = 3 if quick else 21
    with stage() as here:
        here.keep()
        seen: dict[str, list[Ran]] = {}
        for number in range(times):
            for name, words in ALONE.items():
                seen.setdefault(name, []).append(run(*words, cwd=here.folder))
            if number % 3 == 0:  # it starts a local AWS each time
                seen.setdefault("provision status, nothing there", []).append(here.provision("status"))
        memory = {words: round(here.provision(*words.split()).memory, 1) for words in COMMANDS}
        imported = {name: _imported(here, words) for name, words in _CASES.items()}
    base = seen[AGAINST]
    rows = [_row(name, ran, base[:: len(base) // len(ran)]) for name, ran in seen.items()]
    return {"commands": rows, "memory_mb": memory, "imported": imported}


def _row(name: str, ran: list[Ran], base: list[Ran]) -> dict[str, Any]:
    """`base` was measured in the same rounds."""
    pairs = list(zip(ran, base, strict=True))
    return {
        "command": name,
        "wall_s": figures([one.wall for one in ran]),
        "cpu_s": figures([one.cpu for one in ran]),
        "memory_mb": figures([one.memory for one in ran]),
        "over_typer_and_rich": figures([one.wall / other.wall for one, other in pairs]),
        "cpu_over_typer_and_rich": figures([one.cpu / other.cpu for one, other in pairs]),
    }


_CASES = {"provision --help": ("--help",), "provision --version": ("--version",), "provision status": ("status",)}


def _imported(here: Stage, words: tuple[str, ...]) -> list[str]:
    """Of the heavy packages, those that Python imports for it."""
    command = [sys.executable, "-X", "importtime", "-m", "provision", *words]
    trace = subprocess.run(command, cwd=here.folder, capture_output=True, text=True, check=True).stderr
    modules = set(re.findall(r"\| +([\w.]+)$", trace, flags=re.MULTILINE))
    return [name for name in HEAVY if name in modules]
