"""The figures of a bench as tables for stdout."""

from __future__ import annotations

from provision.bench.figures import WAYS, Burst, Calls, Figures, Times
from provision.bench.meaning import meaning
from provision.ui.tables import table
from provision.ui.words import wrap

PERCENTILES = (50, 90, 99, 100)
HEADINGS = ("MEDIAN", "P90", "P99", "MAX")


def whole(figures: Figures, *, proxy_usd: float | None, width: int | None) -> str:
    """One table of calls one after the other, one of bursts, why calls failed, and what it means."""
    heading = ("MS IN THE DATABASE", "CONNECTION", "ANSWERED", *HEADINGS)
    parts = [table([heading, *map(_calls, figures.calls)], width=None, right=range(2, 7))]
    if figures.bursts:
        heading = ("AT ONCE", "ANSWERED", "BACKENDS", *HEADINGS)
        parts.append(table([heading, *map(_burst, figures.bursts)], width=None, right=range(1, 7)))
    measured: list[Calls | Burst] = [*figures.calls, *figures.bursts]
    reasons = [line for one in measured for line in _reasons(one)]
    if reasons:
        parts.append("\n".join(wrap(line, width=width, rest="  ") for line in reasons))
    if not figures.proxy:
        parts.append(wrap("There is no proxy on the function's way: only the direct one was measured.", width=width))
    parts.append("\n".join(wrap(sentence, width=width) for sentence in meaning(figures, proxy_usd=proxy_usd)))
    return "\n\n".join(parts)


def _calls(one: Calls) -> tuple[str, ...]:
    return WAYS[one.way], "kept" if one.kept else "anew", str(len(one.times.samples)), *_times(one.times)


def _burst(one: Burst) -> tuple[str, ...]:
    answered = f"{len(one.times.samples)} of {one.at_once}"
    return WAYS[one.way], answered, str(one.backends), *_times(one.times)


def _times(times: Times) -> list[str]:
    return ["-" if value is None else f"{value:.1f}" for value in map(times.percentile, PERCENTILES)]


def _reasons(one: Calls | Burst) -> list[str]:
    where = WAYS[one.way]
    lines = [f"{count} failed {where}: {reason}" for reason, count in one.refused.items()]
    if isinstance(one, Burst) and one.throttled:
        lines.append(f"{one.throttled} not taken by Lambda {where}: more at once than the account's concurrency allows")
    return lines
