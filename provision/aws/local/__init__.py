"""The embedded local AWS: a background process that a command starts, finds again, and stops.

moto and what goes with it are imported by that process alone.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from provision.aws.local import background
from provision.aws.local.files import Files
from provision.errors import LedgerUnwritable, LocalTrouble

if TYPE_CHECKING:
    from provision.aws.local.registry import Registry

__all__ = ["ACCOUNT", "Endpoint", "LocalProcess", "Status", "ensure", "log_path", "retire", "status", "stop"]

STOP_SECONDS = 60
ACCOUNT = "123456789012"
"""moto's, which each local AWS plays."""
ORPHANED = (
    "The control plane was killed. The next command starts it again and takes these over; `provision local stop` "
    "ends them."
)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """Where the local AWS answers; `started` says whether this very call started it."""

    url: str
    pid: int
    started: bool


@dataclass(frozen=True, kw_only=True)
class LocalProcess:
    """One of its processes; `age` in seconds, `port` None where it listens on none."""

    what: str
    state: str
    pid: int | None = None
    port: int | None = None
    age: float | None = None


@dataclass(frozen=True, kw_only=True)
class Status:
    """How the local AWS is; `notes` are sentences for the user."""

    running: bool
    url: str | None
    log: Path
    processes: tuple[LocalProcess, ...]
    notes: tuple[str, ...] = ()


def ensure(folder: Path) -> Endpoint:
    """The local AWS whose account lies in `folder`, started if it does not run. Raises `LocalTrouble`, or
    `LedgerUnwritable` where the folder is no use."""
    files = Files(folder)
    try:
        found = background.find(files)
        if found:
            return _endpoint(found, started=False)
        with files.held():
            found, started = background.start(files)
            return _endpoint(found, started=started)
    except OSError as error:
        raise LedgerUnwritable(
            what=f"The folder {folder}, where the local AWS keeps its account, cannot be used.",
            why=f"{error.strerror or error}.",
            hint="Make room or give yourself the right to write there, or choose another --state-dir.",
        ) from error


def status(folder: Path) -> Status:
    """Which of its processes run, those included that a killed control plane has left."""
    files = Files(folder)
    found = background.find(files)
    answer = background.ask(found, "status") if found else None
    if not found or not answer:
        orphans = tuple(_orphans(files))
        notes = (ORPHANED,) if orphans else ()
        return Status(running=False, url=None, log=files.log, processes=orphans, notes=notes)
    itself = LocalProcess(
        what="control plane", state="running", pid=found.pid, port=found.port, age=time.time() - found.since
    )
    return Status(
        running=True,
        url=_url(found),
        log=files.log,
        processes=(itself, *(LocalProcess(**one) for one in answer["processes"])),
    )


def stop(folder: Path) -> bool:
    """End all its processes; False if none ran. The account stays, unless nothing is in it. Raises `LocalTrouble`."""
    files = Files(folder)
    if not files.folder.exists():
        return False
    with files.held():
        found = background.find(files)
        if found:
            empty = _is_empty(found)
            _end(files, found)
        else:
            empty = not files.account.exists()
        killed = background.kill(files)
        orphans = _end_orphans(files)
        if empty:
            files.clear()
        return found is not None or killed or orphans


def log_path(folder: Path) -> Path:
    """The one log; it need not exist."""
    return Files(folder).log


def retire(folder: Path) -> None:
    """After a teardown: if nothing is left in the account but AWS's own, stop and remove every file but the log.

    Raises `LocalTrouble`.
    """
    files = Files(folder)
    if not files.folder.exists():
        return
    found = background.find(files)
    if found is None or not _is_empty(found):
        return
    with files.held():
        if _is_empty(found):  # another command may have begun something while we waited
            _end(files, found)
            files.clear()


def _is_empty(record: background.Record) -> bool:
    return background.ask(record, "contents") == {"contents": []}


def _end(files: Files, record: background.Record) -> None:
    background.ask(record, "stop", method="POST")
    if not background.await_end(record.pid, seconds=STOP_SECONDS):
        raise LocalTrouble(
            what="The local AWS does not end.",
            why=f"Its process is {record.pid}.",
            hint=f"Look into its log: {files.log}",
        )


def _end_orphans(files: Files) -> bool:
    """Engines whose control plane was killed. Whether there were any."""
    registry = _registry(files)
    return registry is not None and registry.stop_all()


def _orphans(files: Files) -> Iterator[LocalProcess]:
    registry = _registry(files)
    for what, engine in registry.running() if registry else ():
        yield LocalProcess(what=what, state="orphaned", pid=engine.pid)


def _registry(files: Files) -> Registry | None:
    """None where no engine ever was; what handles them is imported only where one was."""
    if not files.engines.is_dir() or not any(files.engines.iterdir()):
        return None
    from provision.aws.local.engines import Authority
    from provision.aws.local.registry import Registry

    return Registry(folder=files.engines, log=files.log, authority=Authority(files.authority))


def _endpoint(record: background.Record, *, started: bool) -> Endpoint:
    return Endpoint(url=_url(record), pid=record.pid, started=started)


def _url(record: background.Record) -> str:
    return f"http://{background.HOST}:{record.port}"
