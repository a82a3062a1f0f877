"""Waiting for what another process, or another thread, is still at."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

PATIENCE = 60.0
"""Seconds; what is waited for longer does not come."""


def until(question: Callable[[], Any], *, look: float = 0.02) -> Any:
    """The first true answer. Fails the test when there is none for a minute. `look`: seconds between two."""
    deadline = time.monotonic() + PATIENCE
    while not (answer := question()):
        assert time.monotonic() < deadline, "it never came true"
        time.sleep(look)
    return answer
