"""Reading and writing the state file: whole, atomically, mode 0600."""

from __future__ import annotations

import errno
import json
import os
import stat
import threading
import uuid
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from provision.errors import LedgerDamaged, LedgerForeign, LedgerUnwritable
from provision.ledger.schema import Document, Row, Status, from_json, to_json

MODE = 0o600


class Ledger:
    """The rows of one stack, by their resources' keys. Each change is on disk before the method returns, or raises
    `LedgerUnwritable`; any thread may call."""

    def __init__(self, path: Path, document: Document, *, stamp: Callable[[], float]) -> None:
        """`stamp` tells the time, seconds since 1970."""
        self.path = path
        self._document = document
        self._stamp = stamp
        self._lock = threading.RLock()

    @classmethod
    def load(
        cls, path: Path, *, stack: str, target: str, account: str, region: str, stamp: Callable[[], float]
    ) -> Ledger:
        """The stack's ledger, empty when there is no file (nothing is written yet).

        Raises what `read` does and, for the file of another account, Region, target or stack, `LedgerForeign`.
        """
        here = Document(stack=stack, target=target, account=account, region=region)
        document = read(path)
        if document is None:
            return cls(path, here, stamp=stamp)
        for name in ("stack", "target", "account", "region"):
            theirs, ours = getattr(document, name), getattr(here, name)
            if theirs != ours:
                raise LedgerForeign(
                    what=f"The state file {path} belongs to {name} {theirs}, and this run is about {name} {ours}.",
                    why="A state file describes one stack in one account and Region.",
                    hint="Choose the credentials, --name, --region or --target of its making, or another --state-dir.",
                )
        return cls(path, document, stamp=stamp)

    def row(self, key: str) -> Row | None:
        """None where nothing is recorded."""
        with self._lock:
            return self._document.resources.get(key)

    def rows(self) -> dict[str, Row]:
        """A copy, by key."""
        with self._lock:
            return dict(self._document.resources)

    def feature(self, name: str) -> bool | None:
        """Whether a command switched it on or off; None when none did."""
        with self._lock:
            return self._document.features.get(name)

    def remember(self, name: str, *, on: bool | None) -> None:
        """A command has switched the feature `name` on or off; None once it is off and all of it gone. Writes only when
        that is news."""
        with self._lock:
            if self._document.features.get(name) != on:
                if on is None:
                    del self._document.features[name]
                else:
                    self._document.features[name] = on
                self._save()

    def intend(self, key: str, *, kind: str, status: Status, id: str = "") -> Row:  # noqa: A002 - AWS's own noun
        """Written before a mutating call. A create that was never answered keeps its token; all else gets a new one."""
        with self._lock:
            old = self._document.resources.get(key)
            resumed = status == "creating" and old is not None and old.status == "creating" and not old.id
            token = old.token if resumed and old is not None else uuid.uuid4().hex
            attrs = old.attrs if old is not None else {}
            row = Row(kind=kind, status=status, id=id, attrs=attrs, token=token, since=self._stamp())
            self._document.resources[key] = row
            self._save()
            return row

    def record(self, key: str, *, id: str) -> None:  # noqa: A002 - AWS's own noun
        """Written right after a create answered. Raises KeyError without an intent before."""
        with self._lock:
            row = self._document.resources[key]
            self._document.resources[key] = replace(row, id=id, since=self._stamp())
            self._save()

    def cut_off(self, key: str) -> None:
        """Written when a create was not answered: AWS may have carried it out as late as now. Raises as `record`."""
        with self._lock:
            row = self._document.resources[key]
            self._document.resources[key] = replace(row, since=self._stamp())
            self._save()

    def settle(self, key: str, *, kind: str, id: str, attrs: Mapping[str, str]) -> None:  # noqa: A002 - AWS's own noun
        """The resource is there and as wanted. Writes only when that is news."""
        with self._lock:
            old = self._document.resources.get(key)
            if old is not None and (old.status, old.id, dict(old.attrs)) == ("ready", id, dict(attrs)):
                return
            self._document.resources[key] = Row(
                kind=kind, status="ready", id=id, attrs=dict(attrs), since=self._stamp()
            )
            self._save()

    def fail(self, key: str) -> None:
        """A row that is there is `failed` from now on; nothing where there is none."""
        with self._lock:
            row = self._document.resources.get(key)
            if row is not None and row.status != "failed":
                self._document.resources[key] = replace(row, status="failed", since=self._stamp())
                self._save()

    def forget(self, key: str) -> None:
        """The row goes, if there is one."""
        with self._lock:
            if self._document.resources.pop(key, None) is not None:
                self._save()

    def remove(self) -> None:
        """The stack is gone: so is its file."""
        with self._lock:
            real = _real(self.path)
            try:
                real.unlink(missing_ok=True)
                _draft(real).unlink(missing_ok=True)
            except OSError as error:
                raise LedgerUnwritable(
                    what=f"The stack is gone, and the state file {self.path} cannot be removed.",
                    why=f"{error.strerror or error}.",
                    hint="Remove it by hand, or give yourself the right to write there and run the same command again.",
                ) from error

    def _save(self) -> None:
        write(self.path, self._document)


def read(path: Path) -> Document | None:
    """The document at `path`, None when there is no file.

    Raises `LedgerDamaged`, `LedgerTooNew` or, where it may not be read, `LedgerUnwritable`.
    """
    try:
        text = _bytes(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise LedgerUnwritable(
            what=f"The state file {path} cannot be read.",
            why=f"{error.strerror}.",
            hint="Give yourself the right to read and write it, or choose another --state-dir.",
        ) from error
    try:
        return from_json(json.loads(text), path=str(path))
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise LedgerDamaged(
            what=f"The state file {path} is damaged; it is left as it is.",
            why="It is not a complete JSON document of provision's.",
            hint="Removing it is safe: the resources are found again by their tags.",
        ) from error


def _bytes(path: Path) -> bytes:
    """Raises OSError for a pipe, too, which would keep its reader waiting for ever."""
    mode = path.stat().st_mode
    if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
        raise OSError(errno.EINVAL, "It is not a file")
    return path.read_bytes()


def _real(path: Path) -> Path:
    """Where a link of the user's leads, which is to go on leading there."""
    return Path(os.path.realpath(path)) if path.is_symlink() else path


def _draft(path: Path) -> Path:
    """Where a write begins; one that was killed leaves it behind."""
    return path.with_name(f".{path.name}.new")


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some network file systems know no such thing of a folder
            raise
    finally:
        os.close(descriptor)


def write(path: Path, document: Document) -> None:
    """Sibling, flush, rename, folder flushed: a crash leaves the old file or the new one, whole.

    Raises `LedgerUnwritable`.
    """
    text = json.dumps(to_json(document), indent=2, sort_keys=True) + "\n"
    real = _real(path)
    beside = _draft(real)
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(real)
        _flush(real.parent)
    except OSError as error:
        with suppress(OSError):  # a folder that has become read-only keeps it
            beside.unlink(missing_ok=True)
        raise LedgerUnwritable(
            what=f"The state file {path} cannot be written.",
            why=f"{error.strerror or error}.",
            hint="Make room or give yourself the right to write there, then run the same command again: "
            "what was made meanwhile is found by its tags.",
        ) from error
