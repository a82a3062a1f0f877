"""A table of which a sample is always tried, and the rest where there is time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def sampled(table: Iterable[Any], *, one_of: int = 4) -> list[Any]:
    """For `parametrize`: the first row and every `one_of`-th after it always, the rest as long tests."""
    marked = []
    for number, row in enumerate(table):
        values = row if isinstance(row, tuple) else (row,)
        marked.append(pytest.param(*values, marks=() if number % one_of == 0 else pytest.mark.long))
    return marked
