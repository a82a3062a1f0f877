"""moto lists all methods of the service's class anew for every call, which takes a millisecond."""

from __future__ import annotations

from functools import cache
from typing import Any

from moto.core import responses


def cache_names() -> None:
    """Have each class's list kept: it does not change. Safe to call again."""
    module: Any = responses
    if not hasattr(module.method_names_from_class, "cache_info"):
        module.method_names_from_class = cache(module.method_names_from_class)
