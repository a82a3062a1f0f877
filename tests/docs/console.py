"""What the pages show as typed and answered, run again and compared.

A fence of the language `console` holds lines that begin with `$ `, each followed by what it prints; `provision` is this
checkout's. All of a page's are run in order in one empty folder, so a page is a story. `...` alone on a line stands for
any lines. What differs from run to run (ids, times, ports) is compared as if it did not.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

FENCE = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
REST = "..."
SAME: tuple[tuple[str, str], ...] = (
    (r"\b(vpc|subnet|sg|sgr|eipalloc|nat|rtb|igw|vpce|eni|acl|prx)-[0-9a-f]{8,}\b", r"\1-ID"),
    (r"(:secret:[\w/-]+)-\w{6}\b", r"\1-SUFFIX"),
    (r"\b[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}\b", "UUID"),
    (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "STAMP"),
    (r"\bunder 1s\b|\b\d+[dhm]\d+[hms]\b|\b\d+[dhms]\b(?! of)", "TIME"),
    (r"\b\d+(\.\d+)? ms\b", "N ms"),
    (r"\b\d+ MB\b", "N MB"),
    (r"(?<=backend_pid  )\d+", "PID"),
    (r"(?<=server_version  )[\d.]+", "VERSION"),
    (r"(?<=port  )\d+", "PORT"),
    (r"127\.0\.0\.\d+(:\d+)?", "ADDRESS"),
)
"""(what, in whose place) of what differs; in this order, after columns were drawn together."""


@dataclass(frozen=True)
class Typed:
    """One command of a page and what the page says that it prints."""

    command: str
    said: str


def typed(page: str) -> Iterator[Typed]:
    """Every command on a page, in order."""
    for fence in FENCE.finditer(page):
        for part in re.split(r"^\$ ", fence["body"], flags=re.MULTILINE)[1:]:
            command, _, said = part.partition("\n")
            yield Typed(command, said)


def retold(page: str, run: Callable[[str], str]) -> str:
    """The page with what is printed now, where that is another than the page says."""
    for command in typed(page):
        printed = run(command.command)
        if not matches(command.said, printed):
            page = page.replace(f"$ {command.command}\n{command.said}", f"$ {command.command}\n{printed}", 1)
    return page


def same(text: str) -> str:
    """The text without what differs from run to run."""
    lines = [re.sub(r" {2,}", "  ", line.rstrip()) for line in text.strip().splitlines()]
    told = "\n".join(lines)
    for pattern, word in SAME:
        told = re.sub(pattern, word, told)
    return told


def matches(said: str, printed: str) -> bool:
    """Whether a page's words are what was printed; `...` alone on a line stands for any lines."""
    pieces = [re.escape(piece) for piece in re.split(r"^\.\.\.$", same(said), flags=re.MULTILINE)]
    return re.fullmatch(r".*?".join(pieces), same(printed), re.DOTALL) is not None


class Shell:
    """Runs a page's commands in one folder, as a reader's shell would."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def run(self, command: str) -> str:
        """What it prints on stdout; the talk on stderr is no part of a page unless the command says `2>&1`."""
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self._folder,
            env={**os.environ, "PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout

    def end(self) -> None:
        """Whatever a page left there is torn down."""
        if (self._folder / "state").exists():
            self.run("provision --quiet teardown --yes; provision local stop")
