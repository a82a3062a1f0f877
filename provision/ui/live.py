"""The listener for a terminal: what is done scrolls up, what is under way is redrawn below it.

The only module that needs rich; `listen` imports it late.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from types import TracebackType
from typing import Any, Self, TextIO

from rich.console import Console, ConsoleDimensions
from rich.live import Live as RichLive
from rich.text import Text

from provision.engine.events import (
    Event,
    Note,
    RunBegan,
    RunEnded,
    Silent,
    StepDelayed,
    StepDone,
    StepEvent,
    StepFailed,
    StepFound,
    StepWaiting,
    Warned,
)
from provision.ui.event_text import LABEL, EventText
from provision.ui.words import clean, duration, fit, flow, let_go, showable, terminal_size

_MOST = 24
"""Lines of a terminal that no one has made larger."""
_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_ASCII_FRAMES = "|/-\\"
_PER_SECOND = 8
_NARROW = 60
_MARGIN = 4
"""Columns left free beside what is redrawn: a terminal echoes `^C` there, and a line it wraps is not wiped."""


@dataclass(frozen=True, kw_only=True)
class _UnderWay:
    """A step being worked at, `since` on the display's own clock."""

    label: str
    doing: str
    since: float
    waiting: StepWaiting | None = None
    delayed: str = ""


class _Stream:
    """`stream`, whose terminal may go away: what is written from then on is dropped, so that no work stops."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> None:
        with self._or_let_go():
            self._stream.write(text)

    def flush(self) -> None:
        with self._or_let_go():
            self._stream.flush()

    @contextmanager
    def _or_let_go(self) -> Iterator[None]:
        try:
            yield
        except OSError:
            let_go(self._stream)


class _Terminal(Console):
    """Rich measures standard input; the display may be elsewhere."""

    @property  # type: ignore[misc]  # rich's has a setter too, which nothing here calls
    def size(self) -> ConsoleDimensions:
        measured = terminal_size(self.file)
        return ConsoleDimensions(measured.columns, measured.lines) if measured else super().size


class Live:
    """An `Emit` and a context manager; leaving it, by Ctrl-C too, clears the display and says what was under way."""

    def __init__(
        self, stream: TextIO, *, environ: Mapping[str, str] = os.environ, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Rich takes its colours from `environ` (`NO_COLOR`, `TERM`); `clock` counts seconds."""
        shown: Any = _Stream(stream)
        self._console = _Terminal(file=shown, highlight=False, markup=False, emoji=False, _environ=environ)
        self._encoding = stream.encoding
        self._clock = clock
        self._text = EventText()
        # Replaced whole, never changed: the drawing thread reads it without our lock, since rich holds its own
        # lock while drawing and printing takes that one after ours.
        self._under_way: Mapping[str, _UnderWay] = {}
        self._lock = Lock()
        self._live = RichLive(
            console=self._console,
            get_renderable=self._draw,
            refresh_per_second=_PER_SECOND,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
            vertical_overflow="crop",
        )

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        left, self._under_way = self._under_way, {}
        self._live.stop()
        now = self._clock()
        for step in left.values():
            self._print(f"  {step.label:<{LABEL - 1}} was {step.doing} for {duration(now - step.since)}")

    def __call__(self, event: Event) -> None:
        if isinstance(event, Silent):
            return
        with self._lock:
            line = self._text.line(event)
            self._follow(event)
            self._live.refresh()
            if line and not isinstance(event, StepWaiting | StepDelayed):
                self._print(line, style=_style(event))

    def _follow(self, event: Event) -> None:
        if isinstance(event, RunEnded):
            self._under_way = {}
        if not isinstance(event, StepEvent):
            return
        others = {key: step for key, step in self._under_way.items() if key != event.key}
        if isinstance(event, StepFound | StepDone | StepFailed):
            self._under_way = others
            return
        step = _UnderWay(
            label=clean(event.label),
            doing=self._text.doing(event.key),
            since=self._since(event),
            waiting=event if isinstance(event, StepWaiting) else None,
            delayed=clean(event.reason) if isinstance(event, StepDelayed) else "",
        )
        self._under_way = {**self._under_way, event.key: step}

    def _since(self, event: StepEvent) -> float:
        if isinstance(event, StepWaiting):
            return self._clock() - event.elapsed
        before = self._under_way.get(event.key)
        return before.since if before and isinstance(event, StepDelayed) else self._clock()

    def _print(self, line: str, *, style: str = "") -> None:
        shown = _lay(showable(line, self._encoding), width=self._console.width)
        self._console.print(Text(shown, style=style), soft_wrap=True)

    def _draw(self) -> Text:
        size = self._console.size
        room = max(1, min(_MOST, size.height) - 2)
        now = self._clock()
        lines: list[str] = []
        steps = list(self._under_way.values())
        for index, step in enumerate(steps):
            block = self._block(step, now=now, width=size.width - _MARGIN)
            if len(lines) + len(block) > room:
                lines.append(f"  … and {len(steps) - index} more")
                break
            lines += block
        return Text(showable("\n".join(lines), self._encoding), no_wrap=True, overflow="crop")

    def _block(self, step: _UnderWay, *, now: float, width: int) -> list[str]:
        """One line, or two if AWS's words ask for it; what does not fit in two is cut."""
        frames = _FRAMES if showable(_FRAMES, self._encoding) == _FRAMES else _ASCII_FRAMES
        frame = frames[int(now * _PER_SECOND) % len(frames)]
        elapsed = now - step.since
        words = duration(elapsed)
        if step.waiting:
            words = self._text.progress(step.waiting, elapsed=elapsed)
        elif step.delayed:
            words = f"{words}, asking again: {step.delayed}"
        line = f"{frame} {step.label:<{LABEL - 1}} {step.doing} {words}"
        first, *rest = _lay(line, width=width).split("\n")
        more = [_indent(line, width) + " ".join(part.strip() for part in rest)] if rest else []
        return [fit(part, width) for part in [first, *more]]


def _lay(line: str, *, width: int) -> str:
    """Wrapped so that what runs on stands under the step's words; a narrow terminal has no column to spare for it."""
    if width < _NARROW:
        line = re.sub(r"(?<=\S) {2,}", "  ", line)
    return flow(line, width=width, rest=_indent(line, width))


def _indent(line: str, width: int) -> str:
    about_a_step = line[1:2] == " "
    return " " * (LABEL + 2) if about_a_step and width >= _NARROW else "    "


def _style(event: Event) -> str:
    match event:
        case StepFailed():
            return "red"
        case Warned():
            return "yellow"
        case RunBegan() | RunEnded():
            return "bold"
        case Note():
            return "dim"
    return ""
