"""What the function's process runs, in an interpreter started with -I -S: only the standard library is there yet.

Arguments: the lifeline (a file descriptor that closes when the server dies), the channel over which the server gets to
watch this process's connections (-1 for none), the handler, then folders for `sys.path`: those in front of the standard
library, "--", those behind it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import signal
import socket
import struct
import sys
import threading

# linux/seccomp.h, linux/filter.h, linux/audit.h, and the numbers of seccomp and connect on each machine.
_MACHINES = {"x86_64": (0xC000003E, 317, 42), "aarch64": (0xC00000B7, 277, 203)}
_NO_NEW_PRIVILEGES, _SET_MODE_FILTER, _NEW_LISTENER = 38, 1, 8
_LOAD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ASK, _ALLOW = 0x7FC00000, 0x7FFF0000
_NUMBER, _MACHINE = 0, 4


def _end_with_server(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.killpg(0, signal.SIGKILL)


def _be_watched(channel: int) -> None:
    """Hand every connect(2) of this process and its children to the server, before any code of the function runs."""
    with socket.socket(fileno=channel) as server:
        try:
            listener = _listener()
        except OSError as error:
            server.sendall(str(error).encode())
            return
        socket.send_fds(server, [b"watched"], [listener])
        os.close(listener)


def _listener() -> int:
    if sys.platform != "linux" or platform.machine() not in _MACHINES:
        raise OSError("this system has no seccomp listeners")
    machine, seccomp, connect = _MACHINES[platform.machine()]
    lines = [
        (_LOAD, 0, 0, _MACHINE),
        (_JUMP_IF_EQUAL, 0, 3, machine),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_IF_EQUAL, 0, 1, connect),
        (_RETURN, 0, 0, _ASK),
        (_RETURN, 0, 0, _ALLOW),
    ]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *line) for line in lines))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(lines), ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    # Linux: without privileges a filter is only taken from a process that can never gain any.
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
    listener = int(libc.syscall(seccomp, _SET_MODE_FILTER, _NEW_LISTENER, program))
    if listener < 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return listener


def main() -> None:
    """Hand over to AWS's runtime interface client."""
    lifeline, channel, handler, *folders = sys.argv[1:]
    threading.Thread(target=_end_with_server, args=[int(lifeline)], daemon=True).start()
    if int(channel) >= 0:
        _be_watched(int(channel))
    split = folders.index("--")
    sys.path[:] = [*folders[:split], *sys.path, *folders[split + 1 :]]
    from awslambdaric.__main__ import main as run  # type: ignore[import-untyped]  # it ships no types

    run(["awslambdaric", handler])


main()
