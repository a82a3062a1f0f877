"""The background process as seen by a command: start it, find it, talk to it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from provision.aws.local.files import Files, write_private
from provision.errors import LocalTrouble

HOST = "127.0.0.1"
ADMIN = "/_provision/"
ID_HEADER = "X-Provision-Id"
_KEPT = ("PATH", "HOME", "TMPDIR", "LANG", "LC_ALL", "LC_CTYPE", "VIRTUAL_ENV", "COVERAGE_PROCESS_START")
_OURS = "PROVISION_LOCAL_"
TAKEN = {"taken": True}
"""What a server says that found another in its folder."""
STARTING_SECONDS = 15


@dataclass(frozen=True, kw_only=True)
class Record:
    """A server that ran or runs: `id` is its own, so that another process at its port is not taken for it."""

    id: str
    pid: int
    port: int
    since: float

    def save(self, path: Path) -> None:
        write_private(path, json.dumps(asdict(self)).encode())


def recorded(files: Files) -> Record | None:
    """What the last server wrote, None if there is nothing that can be read."""
    try:
        return Record(**json.loads(files.record.read_bytes()))
    except (OSError, ValueError, TypeError):
        return None


def find(files: Files) -> Record | None:
    """The server of this folder if it runs and answers as itself."""
    record = recorded(files)
    if record is None or record.pid != files.server():  # the record of a copied folder tells of another folder's server
        return None
    answer = ask(record, "identity", timeout=10)
    return record if answer and answer.get("id") == record.id else None


def ask(record: Record, what: str, *, method: str = "GET", timeout: float = 30) -> dict[str, Any] | None:
    """One of the server's own questions (`identity`, `status`, `contents`, `stop`); None if it cannot be reached."""
    connection = http.client.HTTPConnection(HOST, record.port, timeout=timeout)
    try:
        connection.request(method, ADMIN + what, headers={ID_HEADER: record.id})
        answer = connection.getresponse()
        body = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError):
        return None
    finally:
        connection.close()
    return body if isinstance(body, dict) and answer.status == http.client.OK else None


def kill(files: Files) -> bool:
    """End a server of this folder that does not answer. Whether there was one."""
    pid = files.server()
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        await_end(pid, seconds=10)
    files.record.unlink(missing_ok=True)
    return pid is not None


def start(files: Files) -> tuple[Record, bool]:
    """The server in a process of its own, once it answers, and whether this call started it. Raises `LocalTrouble`.

    Another command may have started it, or have begun to and been killed: that one is waited for, and replaced if it
    does not live.
    """
    deadline = time.monotonic() + STARTING_SECONDS
    while time.monotonic() < deadline:
        if found := find(files):
            return found, False
        if not files.server() and (made := _launched(files)):
            return made, True
        time.sleep(0.02)
    raise LocalTrouble(
        what="The local AWS runs, but does not answer.",
        hint="Run `provision local stop`, then the same command again.",
    )


def _launched(files: Files) -> Record | None:
    """A new server; None if another took the folder first."""
    read_end, write_end = os.pipe()
    command = [sys.executable, "-m", "provision.aws.local.server", "--folder", str(files.folder.absolute())]
    try:
        with subprocess.Popen(  # noqa: S603 - our own command line
            [*command, "--ready", str(write_end)],
            cwd=Path(__file__).parents[3],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[write_end],
        ) as launcher:
            os.close(write_end)
            _use_the_wait()
            _, complaint = launcher.communicate()
        with open(read_end, "rb") as pipe:  # noqa: PTH123 - a descriptor
            answer = pipe.read()
    except OSError as error:
        raise LocalTrouble(what="The local AWS could not be started.", why=f"{error}.") from error
    if not answer:
        raise _died(files, complaint.decode(errors="replace"))
    message = json.loads(answer)
    if message == TAKEN:
        return None
    if "what" in message:
        raise LocalTrouble(**message)
    return Record(**message)


def await_end(pid: int, *, seconds: float) -> bool:
    """Whether the process has gone within that time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:  # somebody else's by now
            return True
        time.sleep(0.01)
    return False


def _use_the_wait() -> None:
    """The caller is about to talk to the server, and the import takes as long as the server's own start."""
    import boto3  # noqa: F401 - for its import alone


def _environment() -> dict[str, str]:
    """Nothing of the user's AWS or PostgreSQL settings concerns the local AWS, nor do its secrets."""
    kept = {name: value for name, value in os.environ.items() if name in _KEPT or name.startswith(_OURS)}
    return {
        **kept,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",
        "PYTHONUTF8": "1",
    }


def _died(files: Files, complaint: str) -> LocalTrouble:
    try:
        said = files.log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
    except OSError:
        said = []
    why = (complaint.strip().splitlines()[-1:] or said or ["It ended without a word"])[0]
    return LocalTrouble(
        what="The local AWS could not be started.", why=f"{why.rstrip('.')}.", hint=f"Look into its log: {files.log}"
    )
