"""A run's timeline as an SVG picture that reads on light and on dark paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from provision.timeline.chain import Link, longest
from provision.timeline.record import Run, Step
from provision.ui.timeline import chain_words, shown_steps, title, took
from provision.ui.words import clean, duration, wrap

_WIDE, _LEFT, _RIGHT, _TOP, _ROW, _BAR = 960, 230, 880, 100, 24, 12
_WORDS = 120
"""Characters of the sentence under the title that fit in a line."""
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)
_STYLE = """
svg { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }
.paper { fill: #ffffff } .ink { fill: #1f2328 } .pale { fill: #59636e } .grid { stroke: #d1d9e0 }
.aws { fill: #0969da } .ours { fill: #bc4c00 } .other { fill: #afb8c1 } .join { stroke: #0969da }
.head { font-size: 17px; font-weight: 600 } .chain { font-weight: 600 }
@media (prefers-color-scheme: dark) {
.paper { fill: #0d1117 } .ink { fill: #f0f6fc } .pale { fill: #9198a1 } .grid { stroke: #3d444d }
.aws { fill: #4493f8 } .ours { fill: #db6d28 } .other { fill: #545d68 } .join { stroke: #4493f8 } }
"""


def svg(run: Run) -> str:
    """The whole document."""
    links = longest(run)
    steps = shown_steps(run, links)
    words = wrap(chain_words(run, links), width=_WORDS).splitlines()
    top = _TOP + 18 * (len(words) - 1)
    high = top + _ROW * len(steps) + 56
    scale = (_RIGHT - _LEFT) / run.elapsed if run.elapsed else 0.0
    parts = [
        _head(run, high),
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{_WIDE}" height="{high}"/>',
        _text(24, 36, title(run), "ink head"),
        *(_text(24, 60 + 18 * number, line, "pale") for number, line in enumerate(words)),
        *_grid(run, scale, top, high - 48),
        *_bars(steps, links, scale, top),
        *_legend(high - 16),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _head(run: Run, high: float) -> str:
    size = f'viewBox="0 0 {_WIDE} {high}" width="{_WIDE}" height="{high}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label={quoteattr(title(run))}>'


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{escape(clean(words))}</text>'


def _box(x: float, y: float, wide: float, kind: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(wide, 1.5):.1f}" height="{_BAR}" rx="2" class="{kind}"/>'


def _grid(run: Run, scale: float, top: float, bottom: float) -> Iterable[str]:
    every = next((step for step in _STEPS if run.elapsed / step <= 8), _STEPS[-1] * 4)  # noqa: PLR2004 - lines at most
    second = 0
    while second <= run.elapsed:
        x = _LEFT + second * scale
        yield f'<line x1="{x:.1f}" y1="{top - 14}" x2="{x:.1f}" y2="{bottom}" class="grid"/>'
        yield _text(x, top - 20, duration(second) if second else "0", "pale", "middle")
        second += every


def _bars(steps: Sequence[Step], links: Sequence[Link], scale: float, top: float) -> Iterable[str]:
    by_key = {(link.key, link.end): link for link in links}
    before: tuple[float, float] | None = None
    for number, step in enumerate(steps):
        y = top + _ROW * number
        link = by_key.get((step.key, step.end))
        start = link.start if link else step.start
        yield _text(_LEFT - 12, y + 11, step.label, "ink chain" if link else "pale", "end")
        yield _text(_WIDE - 12, y + 11, took(step.end - start), "ink chain" if link else "pale", "end")
        if link is None:
            yield _box(_LEFT + start * scale, y, (step.end - start) * scale, "other")
            continue
        x = _LEFT + start * scale
        if before:
            yield f'<line x1="{x:.1f}" y1="{before[1]}" x2="{x:.1f}" y2="{y}" class="join" stroke-width="1.5"/>'
        yield _box(x, y, (step.end - start) * scale, "ours")
        for since, to in step.spans:
            yield _box(_LEFT + max(since, start) * scale, y, (to - max(since, start)) * scale, "aws")
        before = (x, y + _BAR)


def _legend(y: float) -> Iterable[str]:
    x = float(_LEFT)
    for kind, words in (("aws", "longest chain: calls and AWS's work"), ("ours", "ours"), ("other", "beside it")):
        yield _box(x, y - 11, 14, kind)
        yield _text(x + 20, y, words, "pale")
        x += 34 + 7.2 * len(words)
