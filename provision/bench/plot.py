"""The figures as an SVG: every call a dot on a logarithmic axis, its row's median a line. Reads in light and dark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from provision.bench.figures import WAYS, Figures, Times, Way

WIDTH, LEFT, RIGHT = 850, 226, 256
TOP, ROW, GAP = 64, 34, 30
AXIS = WIDTH - LEFT - RIGHT
FEWEST_TICKS = 3
SHORTEST = 0.001
"""The handler rounds to this; a logarithm has no zero."""
SPREAD = (0.0, 5.0, -5.0, 9.0, -9.0)
"""Neighbouring dots are shifted up and down, so that one sees how many they are."""

LEGEND = "Milliseconds in the database (connecting and asking), logarithmic; a dot is a call, the line their median"
STYLE = """
    text { font: 13px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
    .title { font-weight: 600; font-size: 15px } .muted { fill: #59636e }
    .paper { fill: #ffffff } .grid { stroke: #d1d9e0 } .median { stroke: #1f2328; stroke-width: 2 }
    .direct { fill: #0969da } .proxy { fill: #bc4c00 } circle { fill-opacity: 0.55 }
    @media (prefers-color-scheme: dark) {
      text { fill: #f0f6fc } .muted { fill: #9198a1 } .paper { fill: #0d1117 } .grid { stroke: #3d444d }
      .median { stroke: #f0f6fc } .direct { fill: #4493f8 } .proxy { fill: #f0883e } circle { fill-opacity: 0.7 }
    }
"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One line of dots, with words on both sides."""

    label: str
    way: Way
    times: Times
    remark: str


def svg(figures: Figures, *, title: str) -> str:
    """A whole document. Rows without an answered call are left out of the axis and say so."""
    sections = [("One call after the other", _calls(figures)), ("At once, each asking several times", _bursts(figures))]
    shown = [(heading, rows) for heading, rows in sections if rows]
    height = TOP + sum(GAP + ROW * len(rows) for _, rows in shown) + GAP
    scale = _Scale([ms for _, rows in shown for row in rows for ms in row.times.samples])
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{escape(title)}">',
        f"  <style>{STYLE}  </style>",
        f'  <rect class="paper" width="{WIDTH}" height="{height}" rx="6"/>',
        f'  <text class="title" x="16" y="26">{escape(title)}</text>',
        f'  <text class="muted" x="16" y="46">{LEGEND}</text>',
        *_grid(scale, height),
    ]
    y = float(TOP)
    for heading, rows in shown:
        parts.append(f'  <text class="muted" x="16" y="{y + 18:.0f}">{escape(heading)}</text>')
        y += GAP
        for row in rows:
            parts += _row(row, scale, y + ROW / 2)
            y += ROW
    return "\n".join([*parts, "</svg>\n"])


class _Scale:
    """Where a time stands on the axis, which runs from a round number to a round number."""

    def __init__(self, samples: Sequence[float]) -> None:
        positive = [max(ms, SHORTEST) for ms in samples] or [1.0, 10.0]
        first, last = math.floor(math.log10(min(positive))), math.ceil(math.log10(max(positive)))
        rounds = [digit * 10.0**power for power in range(first, last + 1) for digit in (1, 2, 5)]
        self.low = max(one for one in rounds if one <= min(positive))
        self.high = min(one for one in rounds if one >= max(positive) and one > self.low)
        within = [one for one in rounds if self.low <= one <= self.high]
        decades = [one for one in within if math.log10(one).is_integer()]
        self.ticks = decades if len(decades) >= FEWEST_TICKS else within

    def x(self, ms: float) -> float:
        share = math.log(max(ms, self.low) / self.low) / math.log(self.high / self.low)
        return LEFT + share * AXIS


def _grid(scale: _Scale, height: float) -> list[str]:
    lines = []
    for tick in scale.ticks:
        x = scale.x(tick)
        lines.append(f'  <line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{height - GAP}"/>')
        lines.append(
            f'  <text class="muted" x="{x:.1f}" y="{height - GAP + 18}" text-anchor="middle">{tick:g} ms</text>'
        )
    return lines


def _row(row: Row, scale: _Scale, y: float) -> list[str]:
    parts = [f'  <text x="32" y="{y + 4:.1f}">{escape(row.label)}</text>']
    for number, ms in enumerate(row.times.samples):
        dot = f'cx="{scale.x(ms):.1f}" cy="{y + SPREAD[number % len(SPREAD)]:.1f}" r="3"'
        parts.append(f'  <circle class="{row.way}" {dot}/>')
    median = row.times.median
    if median is not None:
        x = scale.x(median)
        parts.append(f'  <line class="median" x1="{x:.1f}" x2="{x:.1f}" y1="{y - 13:.1f}" y2="{y + 13:.1f}"/>')
    parts.append(f'  <text x="{WIDTH - RIGHT + 20}" y="{y + 4:.1f}">{escape(row.remark)}</text>')
    return parts


def _calls(figures: Figures) -> list[Row]:
    return [
        Row(
            label=f"{WAYS[one.way]}, {'kept' if one.kept else 'anew'}",
            way=one.way,
            times=one.times,
            remark=_remark(one.times, one.failures),
        )
        for one in figures.calls
    ]


def _bursts(figures: Figures) -> list[Row]:
    return [
        Row(
            label=f"{WAYS[one.way]}, {one.at_once} at once",
            way=one.way,
            times=one.times,
            remark=f"{_remark(one.times, one.failures + one.throttled)}, {one.backends} backends",
        )
        for one in figures.bursts
    ]


def _remark(times: Times, failures: int) -> str:
    median = "no answer" if times.median is None else f"{times.median:.1f} ms"
    return f"{median}, {failures} failed" if failures else median
