"""A millisecond less for each call: moto lists all methods of the service's class anew every time."""

from __future__ import annotations

from functools import cache
from typing import Any

from moto.core import responses


def listed_once() -> None:
    """A class does not change, so its list is kept. Safe to call again."""
    module: Any = responses
    if not hasattr(module.method_names_from_class, "cache_info"):
        module.method_names_from_class = cache(module.method_names_from_class)
