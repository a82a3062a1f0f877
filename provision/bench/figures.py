"""The figures of a bench: samples in, percentiles out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

Way = Literal["direct", "proxy"]
WAYS: Mapping[Way, str] = {"direct": "directly", "proxy": "through the proxy"}
"""In words."""


@dataclass(frozen=True, kw_only=True)
class Times:
    """Milliseconds of many calls."""

    samples: Sequence[float]

    def percentile(self, percent: float) -> float | None:
        """The nearest rank: a time that was measured, never one in between. None of nothing."""
        if not self.samples:
            return None
        rank = math.ceil(percent / 100 * len(self.samples))
        return sorted(self.samples)[max(rank, 1) - 1]

    @property
    def median(self) -> float | None:
        return self.percentile(50)


@dataclass(frozen=True, kw_only=True)
class Calls:
    """One call after the other. `kept`: on one connection, else on a new one each time. `refused`: reasons counted."""

    way: Way
    kept: bool
    times: Times
    refused: Mapping[str, int] = field(default_factory=dict)

    @property
    def failures(self) -> int:
        return sum(self.refused.values())


@dataclass(frozen=True, kw_only=True)
class Burst:
    """Many calls at once, each on a new connection that asks several times. `backends`: PostgreSQL's processes that
    answered; `throttled`: calls that Lambda itself did not take."""

    way: Way
    at_once: int
    times: Times
    backends: int
    refused: Mapping[str, int] = field(default_factory=dict)
    throttled: int = 0

    @property
    def failures(self) -> int:
        return sum(self.refused.values())


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A whole bench; of the proxy only where there is one."""

    calls: Sequence[Calls]
    bursts: Sequence[Burst]

    @property
    def proxy(self) -> bool:
        return any(one.way == "proxy" for one in self.calls)

    def median(self, way: Way, *, kept: bool) -> float | None:
        return next((one.times.median for one in self.calls if (one.way, one.kept) == (way, kept)), None)

    def burst(self, way: Way) -> Burst | None:
        return next((one for one in self.bursts if one.way == way), None)
