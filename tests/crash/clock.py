"""Time for processes that share it."""

from __future__ import annotations

import fcntl
import mmap
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

FASTER = 200
"""A sleep takes this part of what it is said to take, so that what is under way elsewhere gets its turn."""


class SharedClock:
    """A clock whose sleeps pass at once, for every process that opens the same file."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(bytes(8))
        self._path = path
        with path.open("r+b") as file:
            self._ahead = mmap.mmap(file.fileno(), 8)

    def now(self) -> float:
        return time.monotonic() + self.slept()

    def stamp(self) -> float:
        return time.time() + self.slept()

    def sleep(self, seconds: float) -> None:
        end = self.now() + seconds
        time.sleep(seconds / FASTER)
        with self._alone():
            self._add(max(0.0, end - self.now()))  # no more than others have let pass meanwhile

    def advance(self, seconds: float) -> None:
        with self._alone():
            self._add(seconds)

    def _add(self, seconds: float) -> None:
        self._ahead[:8] = struct.pack("d", self.slept() + seconds)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Of two that read it, add and write at once, the one would put back what the other has let pass."""
        with self._path.open("rb") as file:  # opened anew: what one has open is shared with its forks
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def slept(self) -> float:
        """Seconds of sleeps alone, whatever the machine takes for the rest."""
        ahead: float = struct.unpack("d", self._ahead[:8])[0]
        return ahead
