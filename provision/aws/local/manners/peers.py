"""The client at the other end of a loopback connection."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

_PROC = Path("/proc")


def kill(environ: dict[str, Any], pid: int | None) -> None:
    """SIGKILL for `pid`, or else for the process that made the request. Raises LookupError if that cannot be found."""
    number = pid or _caller(environ)
    with suppress(ProcessLookupError):
        os.kill(number, signal.SIGKILL)


def cut(environ: dict[str, Any]) -> None:
    """Close the connection: whatever is answered, nobody hears it."""
    connection = environ.get("werkzeug.socket")
    if connection is not None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)


def _caller(environ: dict[str, Any]) -> int:
    port = int(environ.get("REMOTE_PORT") or 0)
    inode = next(_inodes(port, int(environ["SERVER_PORT"])), None)
    if inode is None:
        raise LookupError(f"nobody is known at port {port}")
    wanted = f"socket:[{inode}]"
    for folder in _PROC.iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid() and wanted in _open(folder / "fd"):
            return int(folder.name)
    raise LookupError(f"no process holds the connection from port {port}")


def _inodes(port: int, to: int) -> Iterator[str]:
    """Linux: every connection of IPv4 is a line with both ends in hexadecimal."""
    for line in (_PROC / "net" / "tcp").read_text(encoding="ascii").splitlines()[1:]:
        _, local, remote, *rest = line.split()
        ends = int(local.partition(":")[2], 16), int(remote.partition(":")[2], 16)
        if ends == (port, to):
            yield rest[6]


def _open(folder: Path) -> Iterator[str]:
    with suppress(OSError):  # it has ended, or is another user's
        for one in folder.iterdir():
            with suppress(OSError):
                yield str(one.readlink())
