"""Terraform on the same local AWS and the same architecture, where it and its AWS provider are installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.stage import Stage, stage
from provision.archive import Archive

FILES = Path(__file__).parents[2] / "scripts" / "terraform"
COMMANDS = (("apply", "apply"), ("apply, again", "apply"), ("destroy", "destroy"))
OURS = (("up --proxy", "up --proxy"), ("up --proxy, again", "up --proxy"), ("teardown", "teardown --yes"))


def measure(*, quick: bool) -> dict[str, Any]:  # noqa: ARG001 - one round in any case
    """Both one after the other at pace 0; or why not."""
    terraform = shutil.which("terraform")
    if terraform is None:
        return {"measured": False, "why": "terraform is not installed on this machine"}
    with stage() as here:
        here.keep()
        shutil.copytree(FILES, here.folder, dirs_exist_ok=True)
        prepared = subprocess.run([terraform, "init", "-input=false"], cwd=here.folder, check=False)
        if prepared.returncode:
            return {"measured": False, "why": "terraform's AWS provider could not be installed"}
        theirs = [_theirs(here, terraform, name, word) for name, word in COMMANDS]
        ours = [_ours(here, name, words) for name, words in OURS]
    return {"measured": True, "terraform": theirs, "provision": ours}


def _theirs(here: Stage, terraform: str, name: str, word: str) -> dict[str, Any]:
    environment = {
        **os.environ,
        "AWS_ENDPOINT_URL": here.start(),
        "TF_VAR_archive": str(Archive("python3.13", "x86_64").build().path),
    }
    here.calls()
    began = time.monotonic()
    command = [terraform, word, "-auto-approve", "-input=false", "-no-color"]
    process = subprocess.Popen(command, cwd=here.folder, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    row = {"wall": time.monotonic() - began, "cpu": used.ru_utime + used.ru_stime, "memory": used.ru_maxrss / 1024}
    return {"command": name, "ended": process.returncode, **row, **here.calls()}


def _ours(here: Stage, name: str, words: str) -> dict[str, Any]:
    here.calls()
    ran = here.provision(*words.split())
    return {"command": name, "ended": 0, "wall": ran.wall, "cpu": ran.cpu, "memory": ran.memory, **here.calls()}
