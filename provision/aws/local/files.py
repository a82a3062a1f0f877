"""What the local AWS keeps on disk, all of it in one folder."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
"""No room: of the disk, of the user's share of it, or beyond what one file may have."""


@dataclass(frozen=True)
class Files:
    """The paths within `folder`; nothing is made by asking."""

    folder: Path

    @property
    def record(self) -> Path:
        """Where the running server is: its id, process and port."""
        return self.folder / "server.json"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def serving(self) -> Path:
        """Locked by the server for as long as it lives: never two on one account. Holds its process id."""
        return self.folder / "serving"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def account(self) -> Path:
        """Everything the control plane knows, encrypted."""
        return self.folder / "account"

    @property
    def key(self) -> Path:
        return self.folder / "account.key"

    @property
    def code(self) -> Path:
        """Uploaded zips, by their hash: too big to be written again with every change."""
        return self.folder / "code"

    @property
    def authority(self) -> Path:
        return self.folder / "authority"

    @property
    def engines(self) -> Path:
        return self.folder / "engines"

    @property
    def functions(self) -> Path:
        return self.folder / "functions"

    def make(self) -> None:
        """Make the folder, for its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(0o700)

    def clear(self) -> None:
        """Remove all but the log. The engines must have ended."""
        for path in (self.record, self.account, self.key):
            path.unlink(missing_ok=True)
            path.with_name(path.name + ".new").unlink(missing_ok=True)
        for path in (self.code, self.authority, self.engines, self.functions):
            shutil.rmtree(path, ignore_errors=True)
        self.serving.unlink(missing_ok=True)
        self.lock.unlink(missing_ok=True)

    def serve(self) -> int | None:
        """Take this folder for as long as this process lives; None if another server has it.

        The descriptor that holds it must stay open.
        """
        descriptor = os.open(self.serving, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        if not _lock(descriptor):
            os.close(descriptor)
            return None
        os.truncate(descriptor, 0)
        os.write(descriptor, str(os.getpid()).encode())
        return descriptor

    def serves(self, descriptor: int) -> bool:
        """Whether this folder is still the one that `serve` took: it may have been removed, moved or replaced."""
        try:
            return os.path.samestat(os.fstat(descriptor), self.serving.stat())
        except (FileNotFoundError, NotADirectoryError):
            return False

    def server(self) -> int | None:
        """The process id of the server that lives and has taken this folder, None if there is none.

        The lock says that it lives: the id is that of no other process by now. Those who only ask share the lock for
        that moment: none of them is taken for a server.
        """
        with suppress(FileNotFoundError), self.serving.open("rb") as file:
            if not _lock(file.fileno(), fcntl.LOCK_SH):
                return int(file.read() or 0) or None
        return None

    @contextmanager
    def held(self) -> Iterator[None]:
        """One process at a time starts, stops or clears; others wait here."""
        self.make()
        descriptor = self._locked()
        try:
            yield
        finally:
            os.close(descriptor)

    def _locked(self) -> int:
        while True:
            descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:  # the one before us may have removed the file that we waited for
                if os.fstat(descriptor).st_ino == self.lock.stat().st_ino:
                    return descriptor
            except FileNotFoundError:
                pass
            os.close(descriptor)


def _lock(descriptor: int, kind: int = fcntl.LOCK_EX) -> bool:
    """False if another process has locked that file."""
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def write_private(path: Path, content: bytes) -> None:
    """Write whole or not at all, for the owner alone, and on the disk when this returns."""
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with open(descriptor, "wb") as file:  # noqa: PTH123 - a descriptor
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
