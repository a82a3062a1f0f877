"""Loopback addresses and free ports for the engines."""

from __future__ import annotations

import random
import socket
import sys

DATABASE_ADDRESS = "127.0.0.1"
# Linux has the whole of 127.0.0.0/8; macOS has one address of each family.
POOLER_ADDRESS = "127.0.0.2" if sys.platform == "linux" else "::1"

# Under the ranges from which Linux (32768 up) and macOS (49152 up) take the ports of outgoing connections.
_RANGE = range(20_000, 32_768)
_TRIES = 200


def _is_free(address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as sock:
        try:
            sock.bind((address, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port on which nobody listens at either address. Raises OSError when none is found."""
    addresses = (DATABASE_ADDRESS, POOLER_ADDRESS)
    for port in random.sample(_RANGE, _TRIES):
        if all(_is_free(address, port) for address in addresses):
            return port
    raise OSError(f"no free port at {', '.join(addresses)}")
