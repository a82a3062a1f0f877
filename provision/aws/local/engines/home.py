"""Where an engine's files lie, and its process: started, found again, and ended.

PostgreSQL and PgBouncer refuse to run as root. Root therefore starts them as an unprivileged user and keeps their
files under `/var/lib`, since that user may not be allowed to enter the folders above the caller's.
"""

from __future__ import annotations

import contextlib
import functools
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from provision.aws.local.engines.private import write_private
from provision.aws.local.engines.processes import command_of, wait_until

_ROOT_STORE = Path("/var/lib" if sys.platform == "linux" else "/var/db")  # kept over a reboot


class EngineFailed(Exception):
    """An engine did not start or stop; the message ends with what its log says."""


class AddressTaken(EngineFailed):
    """Another process listens at the engine's address and port."""


class StillEnding(EngineFailed):
    """What an earlier, lost engine left is still coming to its end."""


@functools.cache
def unprivileged() -> pwd.struct_passwd | None:
    """Who runs the engines if we are root: `postgres` where that user exists, else `nobody`. None if we are not."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


class Home:
    """The files of one engine and the one process that may work on them."""

    def __init__(self, folder: Path, *, log: Path) -> None:
        self.folder = folder.absolute()
        self.log = log.absolute()
        self._record = self.folder / "home"
        self._seen = (0, "")

    @property
    def path(self) -> Path:
        """The folder that the engine's process owns. Raises FileNotFoundError before the first `make`."""
        return Path(self._record.read_text()) if unprivileged() else self.folder / "files"

    def make(self) -> None:
        """Make the folders, if they are not there, closed to everybody else. The one above must be there."""
        user = unprivileged()
        self.folder.mkdir(exist_ok=True)
        if user and not self._record.exists():  # the name is kept before the folder is made: none is ever orphaned
            write_private(self._record, str(_ROOT_STORE / f"provision-{secrets.token_hex(8)}").encode())
        self.path.mkdir(mode=0o700, exist_ok=True)
        if user:
            os.chown(self.path, user.pw_uid, user.pw_gid)

    def write(self, name: str, content: bytes | str) -> Path:
        """Write a file that the engine alone can read."""
        user = unprivileged()
        path = self.path / name
        octets = content.encode() if isinstance(content, str) else content
        write_private(path, octets, owner=(user.pw_uid, user.pw_gid) if user else None)
        return path

    def remove(self) -> None:
        """Remove every file, the caller's folder included."""
        if not self.folder.exists():
            return

        def emptied() -> bool:
            shutil.rmtree(self.path, ignore_errors=True)  # a process that is just ending may still write
            return not self.path.exists()

        with contextlib.suppress(FileNotFoundError):  # never made
            if not wait_until(emptied):
                raise EngineFailed(f"{self.path} cannot be removed")
        shutil.rmtree(self.folder)

    def run(self, *command: str | Path) -> None:
        """Run a program to its end as the engine's user. Raises EngineFailed with its last words."""
        user = unprivileged()
        done = subprocess.run(  # noqa: S603 -- our own command line
            command,
            cwd=self.path,
            capture_output=True,
            check=False,
            text=True,
            env=_environment(),
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=[] if user else None,
        )
        if done.returncode:
            raise EngineFailed(f"{Path(command[0]).name} failed: {done.stderr.strip()[-500:]}")

    def spawn(self, *command: str | Path) -> Process:
        """Start the engine in a session of its own, its output going to the log."""
        user = unprivileged()
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            said_before = log.tell()
            process = subprocess.Popen(  # noqa: S603 -- our own command line
                command,
                cwd=self.path,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_environment(),
                start_new_session=True,
                user=user and user.pw_uid,
                group=user and user.pw_gid,
                extra_groups=[] if user else None,
            )
        threading.Thread(target=process.wait, daemon=True).start()  # leaves no zombie when it ends
        return Process(process.pid, self.log, said_before)

    def pid(self, pid_file: str) -> int | None:
        """The engine's process id out of its pid file, None unless that process runs and works on these files.

        Where the folder was moved or removed, it is the one seen last.
        """
        with contextlib.suppress(OSError, ValueError):
            self._seen = int((self.path / pid_file).read_text().split("\n", 1)[0]), str(self.path)
        pid, place = self._seen
        return pid if pid > 0 and place in command_of(pid) else None

    def end(self, pid_file: str, *signals: signal.Signals) -> None:
        """Send each signal in turn until the engine has gone. Raises EngineFailed if it has not after the last."""
        pid = self.pid(pid_file)
        if pid is None:
            return
        for number in signals:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            if wait_until(lambda: self._seen[1] not in command_of(pid)):
                return
        raise EngineFailed(f"process {pid} does not end; its log is {self.log}")


class Process:
    """An engine on its way up."""

    def __init__(self, pid: int, log: Path, said_before: int) -> None:
        self.pid = pid
        self._log = log
        self._said_before = said_before

    def await_ready(self, ready: Callable[[], bool]) -> None:
        """Return once `ready`. Raises AddressTaken, or EngineFailed with the log's last lines."""
        gone = False

        def settled() -> bool:
            nonlocal gone
            gone = not command_of(self.pid)
            return gone or ready()

        if wait_until(settled) and not gone:
            return
        said = self._said()
        if "Address already in use" in said or "could not create any TCP/IP sockets" in said:
            raise AddressTaken(said)
        if "is still in use" in said:
            raise StillEnding(said)
        raise EngineFailed(f"the engine did not start; its log {self._log} ends with: {said}")

    def _said(self) -> str:
        with self._log.open("rb") as log:
            log.seek(self._said_before)
            return log.read().decode(errors="replace").strip()[-1000:]


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
