"""Another emulator of AWS: moto's own server, untouched, as a process of its own."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_SECONDS = 60.0


@contextmanager
def moto_server(log: Path) -> Iterator[str]:
    """Its URL; it ends with the block."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    start = "import sys; from moto.server import main; main(sys.argv[1:])"
    with log.open("wb") as said:
        server = subprocess.Popen([sys.executable, "-c", start, "-p", str(port)], stdout=said, stderr=said)
    try:
        _await(port, server)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.kill()  # on SIGTERM it waits for those who are still connected
        server.wait(60)


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            assert server.poll() is None, "moto's server ended"
            assert time.monotonic() < deadline, "moto's server does not answer"
            time.sleep(0.1)
        else:
            return
