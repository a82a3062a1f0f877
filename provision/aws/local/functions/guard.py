"""Every connection that a function's process begins is asked about first, and a forbidden one never gets an answer.

Linux: the process installs a seccomp filter that hands each connect(2) to this server (see `bootstrap`). What may pass
goes on untouched. For what may not, the process's socket is exchanged for one whose SYN nobody answers, so that libpq,
botocore or anything else hangs until its own time-out, exactly as with packets that a security group drops. Where
the system has no such filter (macOS, kernels before 5.9) every connection passes.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import logging
import os
import select
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path

log = logging.getLogger("provision.local")

Passes = Callable[[str, int], bool]
"""Whether a connection to that address and port may pass."""

# linux/seccomp.h
_RECEIVE, _SEND, _STILL_THERE, _EXCHANGE = 0xC0502100, 0xC0182101, 0x40082102, 0x40182103
_NOTICE = struct.Struct("=QII iIQ6Q")
_REPLY = struct.Struct("=QqiI")
_SOCKET = struct.Struct("=QIIII")
_CONTINUE, _INTO_PLACE = 1, 1
_LOOK_SECONDS = 1000


class Silence:
    """An address at which nobody ever answers: a listener whose queue is full drops every further SYN."""

    def __init__(self) -> None:
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen(0)
        self._plug = socket.create_connection(self._listener.getsockname())

    def knock(self) -> socket.socket:
        """A socket that is on its way there."""
        knocking = socket.socket()
        knocking.setblocking(False)
        with contextlib.suppress(BlockingIOError):
            knocking.connect(self._listener.getsockname())
        return knocking

    def close(self) -> None:
        self._plug.close()
        self._listener.close()


class Guard:
    """One process's connections, watched in a thread until it ends. `channel` is handed over to it."""

    def __init__(self, channel: socket.socket, passes: Passes, silence: Silence) -> None:
        self._channel = channel
        self._passes = passes
        self._silence = silence
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Once the process has ended."""
        self._channel.close()
        self._thread.join()

    def _watch(self) -> None:
        with contextlib.suppress(OSError):
            message, descriptors, _, _ = socket.recv_fds(self._channel, 64, 1)
            if not descriptors:
                log.info("functions' connections are not watched: %s", message.decode() or "the process ended")
                return
            with os.fdopen(descriptors[0], "rb", buffering=0) as listener:
                self._answer(listener.fileno())

    def _answer(self, listener: int) -> None:
        poll = select.poll()
        poll.register(listener, select.POLLIN)
        while True:
            for _, event in poll.poll(_LOOK_SECONDS):
                if event & (select.POLLHUP | select.POLLERR | select.POLLNVAL):
                    return
                with contextlib.suppress(OSError):  # the process was killed meanwhile
                    self._one(listener)

    def _one(self, listener: int) -> None:
        notice = bytearray(_NOTICE.size)
        fcntl.ioctl(listener, _RECEIVE, notice)
        number, pid, _, _, _, _, descriptor, address, length, *_ = _NOTICE.unpack(notice)
        target = _target(pid, address, length)
        fcntl.ioctl(listener, _STILL_THERE, struct.pack("=Q", number))
        answer = 0
        if target is not None and not self._allowed(*target):
            answer = self._silenced(listener, number, pid, descriptor)
        flags = 0 if answer else _CONTINUE
        fcntl.ioctl(listener, _SEND, bytearray(_REPLY.pack(number, 0, -answer, flags)))

    def _allowed(self, host: str, port: int) -> bool:
        try:
            return self._passes(host, port)
        except Exception:  # a defect of ours must not look like a closed door
            log.exception("whether %s:%d may be reached", host, port)
            return True

    def _silenced(self, listener: int, number: int, pid: int, descriptor: int) -> int:
        """Put a knocking socket in the place of the process's own. A blocking connect goes on waiting with it."""
        blocks = not _flags(pid, descriptor) & os.O_NONBLOCK
        with self._silence.knock() as knocking:
            knocking.setblocking(blocks)
            asked = _SOCKET.pack(number, _INTO_PLACE, knocking.fileno(), descriptor, os.O_CLOEXEC)
            fcntl.ioctl(listener, _EXCHANGE, asked)
        return 0 if blocks else errno.EINPROGRESS


def _target(pid: int, address: int, length: int) -> tuple[str, int] | None:
    """Host and port out of the process's sockaddr; None for what is no IPv4."""
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        memory.seek(address)
        raw = memory.read(min(length, 28))
    family = int.from_bytes(raw[:2], "little")
    if family == socket.AF_INET and len(raw) >= 8:  # noqa: PLR2004 - sockaddr_in
        return socket.inet_ntoa(raw[4:8]), int.from_bytes(raw[2:4], "big")
    return None


def _flags(pid: int, descriptor: int) -> int:
    for line in Path(f"/proc/{pid}/fdinfo/{descriptor}").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "flags":
            return int(value, 8)
    return 0
