# ruff: noqa: INP001 -- the root of a zip is no package
"""What a function is told by its environment."""

from __future__ import annotations

import os


class BadConfiguration(Exception):
    """A variable or a key of the secret is missing or unusable; says which, never its value."""


def variable(name: str) -> str:
    """Its value. Raises `BadConfiguration` where there is none."""
    value = os.environ.get(name, "")
    if not value:
        raise BadConfiguration(f"the environment variable {name} is not set")
    return value
