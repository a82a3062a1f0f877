"""One run at a time for a stack, with who holds the lock and since when."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from provision.errors import LedgerLocked, LedgerUnwritable


@contextmanager
def held(path: Path, *, command: str, since: str) -> Iterator[None]:
    """Hold the lock file for the length of the block; the kernel frees it when the process ends, however it ends.
    `command` and `since` (ISO 8601) are what a second run is told of this one.

    Raises `LedgerLocked` at once when another process has it, `LedgerUnwritable` when the folder is no use.
    """
    descriptor = _locked(path)
    try:
        told = json.dumps({"pid": os.getpid(), "host": socket.gethostname(), "command": command, "since": since})
        try:
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, told.encode(), 0)
        except OSError as error:
            raise _unwritable(path, error) from error
        yield
    finally:
        with suppress(OSError):  # gone, or in a folder that has become read-only, where it locks nothing
            path.unlink()
        os.close(descriptor)


def holder(path: Path) -> str:
    """Who is at work, as far as the file tells; empty if nobody. No run that begins at this moment is refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except OSError:
        return ""
    try:
        return _holder(descriptor) if _held(descriptor) else ""
    except OSError:  # a file system that knows no locks
        return ""
    finally:
        os.close(descriptor)


def _locked(path: Path) -> int:
    while True:
        descriptor = _open(path)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except FileNotFoundError:
            pass  # the last holder removed it between our open and our lock: ours guards nothing
        except BlockingIOError:
            if _held(descriptor):
                other = _holder(descriptor)
                os.close(descriptor)
                raise LedgerLocked(
                    what=f"Another run is at work on this stack: {other}.",
                    why="Two runs at once could make things twice.",
                    hint="Wait until it ends, then run the same command again.",
                ) from None
        except OSError as error:  # a network file system may know no locks
            os.close(descriptor)
            raise _unwritable(path, error) from error
        os.close(descriptor)


def _open(path: Path) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> LedgerUnwritable:
    return LedgerUnwritable(
        what=f"The lock file {path} cannot be written.",
        why=f"{error.strerror or error}.",
        hint="Make room or give yourself the right to write there, or choose another --state-dir.",
    )


def _held(descriptor: int) -> bool:
    """Whether a run has the lock. The process in the file tells nothing of that: of a run that was killed the file
    stays, and after a reboot its number is another's. Those who only ask share the lock for that moment."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _holder(descriptor: int) -> str:
    try:
        return _words(json.loads(os.pread(descriptor, 4096, 0)))
    except (ValueError, KeyError, TypeError):
        return "it has only just begun"


def _words(told: Mapping[str, object]) -> str:
    return f"`{told['command']}`, process {told['pid']} on {told['host']}, since {told['since']}"
