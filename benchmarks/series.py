"""Several measurements of one thing."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median


def figures(values: Sequence[float]) -> dict[str, float | int]:
    """Median, least, most and how many."""
    return {
        "median": round(median(values), 4),
        "least": round(min(values), 4),
        "most": round(max(values), 4),
        "times": len(values),
    }


def words(series: dict[str, float], unit: str = "", digits: int = 2) -> str:
    """`1.23 s (1.20 to 1.31)`, the spread only where there is one."""
    middle = f"{series['median']:.{digits}f}{unit}"
    if series["times"] == 1:
        return middle
    return f"{middle} ({series['least']:.{digits}f} to {series['most']:.{digits}f})"
