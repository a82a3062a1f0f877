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
from provision.aws.local.places import Places
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
    places = Places(folder)
    try:
        found = background.find(places)
        if found:
            return _endpoint(found, started=False)
        with places.held():
            found, started = background.start(places)
            return _endpoint(found, started=started)
    except OSError as error:
        raise LedgerUnwritable(
            what=f"The folder {folder}, where the local AWS keeps its account, cannot be used.",
            why=f"{error.strerror or error}.",
            hint="Make room or give yourself the right to write there, or choose another --state-dir.",
        ) from error


def status(folder: Path) -> Status:
    """Which of its processes run, those included that a killed control plane has left."""
    places = Places(folder)
    found = background.find(places)
    answer = background.ask(found, "status") if found else None
    if not found or not answer:
        orphans = tuple(_orphans(places))
        notes = (ORPHANED,) if orphans else ()
        return Status(running=False, url=None, log=places.log, processes=orphans, notes=notes)
    itself = LocalProcess(
        what="control plane", state="running", pid=found.pid, port=found.port, age=time.time() - found.since
    )
    return Status(
        running=True,
        url=_url(found),
        log=places.log,
        processes=(itself, *(LocalProcess(**one) for one in answer["processes"])),
    )


def stop(folder: Path) -> bool:
    """End all its processes; False if none ran. The account stays, unless nothing is in it. Raises `LocalTrouble`."""
    places = Places(folder)
    if not places.folder.exists():
        return False
    with places.held():
        found = background.find(places)
        if found:
            empty = _is_empty(found)
            _end(places, found)
        else:
            empty = not places.account.exists()
        killed = background.kill(places)
        orphans = _end_orphans(places)
        if empty:
            places.clear()
        return found is not None or killed or orphans


def log_path(folder: Path) -> Path:
    """The one log; it need not exist."""
    return Places(folder).log


def retire(folder: Path) -> None:
    """After a teardown: if nothing is left in the account but AWS's own, stop and remove every file but the log.

    Raises `LocalTrouble`.
    """
    places = Places(folder)
    if not places.folder.exists():
        return
    found = background.find(places)
    if found is None or not _is_empty(found):
        return
    with places.held():
        if _is_empty(found):  # another command may have begun something while we waited
            _end(places, found)
            places.clear()


def _is_empty(record: background.Record) -> bool:
    return background.ask(record, "contents") == {"contents": []}


def _end(places: Places, record: background.Record) -> None:
    background.ask(record, "stop", method="POST")
    if not background.await_end(record.pid, seconds=STOP_SECONDS):
        raise LocalTrouble(
            what="The local AWS does not end.", why=f"Its process is {record.pid}.", hint=f"Its log: {places.log}"
        )


def _end_orphans(places: Places) -> bool:
    """Engines whose control plane was killed. Whether there were any."""
    registry = _registry(places)
    return registry is not None and registry.stop_all()


def _orphans(places: Places) -> Iterator[LocalProcess]:
    registry = _registry(places)
    for what, engine in registry.running() if registry else ():
        yield LocalProcess(what=what, state="orphaned", pid=engine.pid)


def _registry(places: Places) -> Registry | None:
    """None where no engine ever was; what handles them is imported only where one was."""
    if not places.engines.is_dir() or not any(places.engines.iterdir()):
        return None
    from provision.aws.local.engines import Authority
    from provision.aws.local.registry import Registry

    return Registry(folder=places.engines, log=places.log, authority=Authority(places.authority))


def _endpoint(record: background.Record, *, started: bool) -> Endpoint:
    return Endpoint(url=_url(record), pid=record.pid, started=started)


def _url(record: background.Record) -> str:
    return f"http://{background.HOST}:{record.port}"
