"""A run's timeline as text: a bar for each step, the longest chain standing out. Pure functions of plain data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from provision.timeline.chain import Link, longest
from provision.timeline.record import Run, Step
from provision.ui.words import clean, duration, fit, wrap

WIDTH = 80
"""Columns where there is no terminal that says how many."""
_BARS = 44
"""Columns below which there is no room for bars."""
_AWS, _OURS, _OTHER = "█", "▒", "━"
_PLAIN = str.maketrans({_AWS: "#", _OURS: "o", _OTHER: "-", "·": "-"})
_GLANCE = 0.004
"""Share of the whole up to which a step beside the chain is not drawn."""
_FEW = 9.95
_TICK = 0.05
"""Shares of the whole below which a link is not named."""


def text(run: Run, *, width: int | None, signs: bool = True) -> str:
    """What ran, its steps in the order of their beginning, and the longest chain in words. `signs`: the stream can
    show block characters."""
    columns = width or WIDTH
    links = longest(run)
    shown = shown_steps(run, links)
    lines = [wrap(title(run), width=width), ""]
    lines += _rows(run, shown, links, columns) if columns >= _BARS else _list(shown, links, columns)
    left = len(run.steps) - len(shown)
    if left:
        lines.append(wrap(f"and {left} more, in order already or done at once", width=width, first="  ", rest="  "))
    lines += ["", wrap(chain_words(run, links), width=width)]
    if columns >= _BARS:
        lines.append(wrap(f"{_AWS} chain: calls and AWS's work, {_OURS} chain: ours, {_OTHER} beside it", width=width))
    drawn = "\n".join(lines)
    return drawn if signs else drawn.translate(_PLAIN)


def title(run: Run) -> str:
    """`up lambda-rds on aws, 2026-11-24 10:30 UTC: 7m48s`."""
    when = datetime.fromtimestamp(run.began, UTC).strftime("%Y-%m-%d %H:%M UTC")
    how = "" if run.outcome == "done" else ", not finished"
    return clean(f"{run.command} {run.name} on {run.target}, {when}: {duration(run.elapsed)}{how}")


def chain_words(run: Run, links: Sequence[Link]) -> str:
    """The longest chain in one sentence, and how much of it was provision's own time."""
    named = [link for link in links if link.end - link.start >= _TICK * run.elapsed]
    parts = ", ".join(f"{clean(link.label)} {took(link.end - link.start)}" for link in named)
    ours = sum(link.ours for link in links)
    share = f" ({100 * ours / run.elapsed:.1f} %)" if run.elapsed else ""
    return f"Longest chain: {parts or 'nothing'}. Of {took(run.elapsed)}, {took(ours)}{share} were ours."


def took(seconds: float) -> str:
    """As `duration`, and finer for a few seconds."""
    return duration(seconds) if seconds >= _FEW else f"{seconds:.1f}s"


def shown_steps(run: Run, links: Sequence[Link]) -> list[Step]:
    """The steps of the chain, and those that took more than a glance."""
    chain = {(link.key, link.end) for link in links}
    return [
        step
        for step in run.steps
        if (step.key, step.end) in chain or (step.verb and step.end - step.start > _GLANCE * run.elapsed)
    ]


def _rows(run: Run, steps: Sequence[Step], links: Sequence[Link], columns: int) -> list[str]:
    by_key = {(link.key, round(link.end, 3)): link for link in links}
    label = min(max((len(step.label) for step in steps), default=0), max(12, columns * 3 // 8))
    room = columns - label - 2 - 9
    scale = room / run.elapsed if run.elapsed else 0.0
    rows = []
    for step in steps:
        link = by_key.get((step.key, round(step.end, 3)))
        bar = _chain_bar(step, link, scale) if link else _bar(step, scale)
        time = took(step.end - (link.start if link else step.start))
        name = fit(clean(step.label), label)
        rows.append(f"{'*' if link else ' '} {name:<{label}} {fit(bar, room):<{room}} {time:>7}".rstrip())
    return rows


def _bar(step: Step, scale: float) -> str:
    start, end = int(step.start * scale), int(step.end * scale)
    return " " * start + _OTHER * max(1, end - start)


def _chain_bar(step: Step, link: Link, scale: float) -> str:
    start, end = int(link.start * scale), max(int(link.start * scale) + 1, int(link.end * scale))
    cells = []
    for cell in range(start, end):
        since, to = cell / scale, (cell + 1) / scale
        covered = sum(max(0.0, min(to, b) - max(since, a)) for a, b in step.spans)
        cells.append(_AWS if covered >= (to - since) / 2 or end - start == 1 else _OURS)
    return " " * start + "".join(cells)


def _list(steps: Sequence[Step], links: Sequence[Link], columns: int) -> list[str]:
    chain = {(link.key, link.end) for link in links}
    return [
        fit(f"{'*' if (step.key, step.end) in chain else ' '} {took(step.end - step.start)} {step.label}", columns)
        for step in steps
    ]
