"""`python -m provision` as a user runs it: a process of its own, its two streams kept apart."""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

PATIENCE = 240
"""Seconds for one command; a test that waits longer hangs."""


@dataclass(frozen=True)
class Told:
    """How a command ended and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """Standard output as the one JSON document that it is."""
        found: dict[str, Any] = json.loads(self.out)
        return found

    def well(self) -> Told:
        """Itself. Fails the test where the command did not end with 0."""
        assert self.code == 0, f"{self.code}\n{self.out}\n{self.err}"
        return self


def typed(*words: str, around: Any = None) -> Told:
    """One command line in this process: quicker, for what needs no process of its own. `around`: its surroundings."""
    from provision.cli.app import run

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(words, around)
    return Told(code, out.getvalue(), err.getvalue())


@dataclass(frozen=True)
class Here:
    """A folder to type commands in, with variables besides the test's own."""

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def provision(self, *words: str, stdin: str = "", **variables: str) -> Told:
        """One command line. A variable that is empty is taken away."""
        environment = {**os.environ, **self.variables, **variables}
        done = subprocess.run(
            [sys.executable, "-m", "provision", *words],
            cwd=self.folder,
            env={name: value for name, value in environment.items() if value},
            input=stdin,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        return Told(done.returncode, done.stdout, done.stderr)

    def state(self, target: str = "local", name: str = "lambda-rds") -> dict[str, Any]:
        """The state file."""
        found: dict[str, Any] = json.loads((self.folder / "state" / target / f"{name}.json").read_bytes())
        return found
