"""A folder with a local AWS of its own, and commands run in it as a user runs them."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3

from provision.aws import local
from provision.aws.local.manners.client import Manners

LIMIT = 600
"""Seconds for one command."""
LAUNCH = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[3:], timeout=float(sys.argv[2]))
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    file.write(f"{used.ru_utime + used.ru_stime} {used.ru_maxrss}")
sys.exit(code)
"""
"""A small process in between: the kernel counts the memory of whoever forks as the child's own, too."""
FOREIGN = ("AWS_", "PROVISION_", "MOTO_")


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One command: seconds of wall clock and of processor, its largest memory in MB, and what it printed."""

    wall: float
    cpu: float
    memory: float
    out: str

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def run(*words: str, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> Ran:
    """Python with these words. Raises RuntimeError where it does not end well, or not within `LIMIT`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, tempfile.NamedTemporaryFile() as used:
        began = time.monotonic()
        command = [sys.executable, "-I", "-S", "-c", LAUNCH, used.name, str(LIMIT), sys.executable, *words]
        variables = {**clean, **(environment or {})}
        code = subprocess.run(command, cwd=cwd, stdout=out, stderr=err, env=variables, check=False).returncode
        wall = time.monotonic() - began
        out.seek(0)
        err.seek(0)
        if code:
            raise RuntimeError(f"{' '.join(words)}: {code}\n{err.read().decode()[-2000:]}")
        cpu, memory = (float(word) for word in used.read().split())
        unit = 1024 if sys.platform == "linux" else 1024 * 1024
        return Ran(wall=wall, cpu=cpu, memory=memory / unit, out=out.read().decode())


class Stage:
    """One state folder and its local AWS."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.aws = folder / "state" / "local" / "aws"

    def provision(self, *words: str, **environment: str) -> Ran:
        return run("-m", "provision", *words, cwd=self.folder, environment=environment)

    def start(self) -> str:
        """The endpoint of its local AWS, started if it does not run."""
        return local.ensure(self.aws).url

    def client(self, service: str) -> Any:
        return boto3.client(
            service,  # type: ignore[call-overload]  # the stubs want literal service names
            endpoint_url=self.start(),
            region_name="us-east-1",
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106 - the local AWS accepts any
        )

    @property
    def manners(self) -> Manners:
        return Manners.of(self.aws)

    def calls(self) -> dict[str, int]:
        """All and changing calls since the last time."""
        seen = [call for call in self.manners.calls(reset=True) if call["n"]]
        return {"calls": len(seen), "mutating": sum(call["mutating"] for call in seen)}

    def keep(self) -> None:
        """Put something of somebody else's into the account: it does not end with the teardown of the stack."""
        self.client("ec2").create_vpc(CidrBlock="10.99.0.0/16")


@contextlib.contextmanager
def stage() -> Iterator[Stage]:
    """A fresh one, ended whatever happens."""
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        one = Stage(Path(folder))
        try:
            yield one
        finally:
            local.stop(one.aws)
