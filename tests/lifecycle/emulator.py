"""Another emulator of AWS: moto's own server, untouched, as a process of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.waiting import until

START = "import sys; from moto.server import main; main(sys.argv[1:])"


@contextmanager
def moto_server(log: Path) -> Iterator[str]:
    """Its URL; it ends with the block."""
    with log.open("wb") as said:
        server = subprocess.Popen([sys.executable, "-c", START, "-p", "0"], stdout=said, stderr=said)

    def told() -> re.Match[str] | None:
        """Where it listens, which it says once it does."""
        assert server.poll() is None, "moto's server ended"
        return re.search(r"http://127\.0\.0\.1:\d+", log.read_text())

    try:
        yield until(told)[0]
    finally:
        server.kill()  # on SIGTERM it waits for those who are still connected
        server.wait(60)
