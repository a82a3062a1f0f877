"""Small words every listener and report uses: lengths of time, shortening, wrapping, and what a stream can show."""

from __future__ import annotations

import os
import re
import sys
import textwrap
from typing import IO, TextIO

NO_CODES = frozenset({"", "dumb", "unknown"})
"""Values of `TERM` for which no escape code may be sent."""
_MINUTE, _HOUR, _DAY = 60, 3600, 86400
_ASCII = str.maketrans(
    {"…": "...", "\u2013": "-", "—": "-", "·": "-", "\u2018": "'", "\u2019": "'", "“": '"', "”": '"', "→": "->"}
)
_CONTROL = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|[\x00-\x1f\x7f-\x9f]+")
_FALLBACK = os.terminal_size((80, 24))


def duration(seconds: float) -> str:
    """`2m10s`, `6m`, `1h5m`, `2d3h`: the two largest units, to the nearest; `under 1s` for less than a second."""
    if seconds < 1:
        return "under 1s"
    whole = round(seconds)
    if whole < _HOUR:
        return _two(whole, _MINUTE, "m", 1, "s")
    minutes = round(seconds / _MINUTE) * _MINUTE
    if minutes < _DAY:
        return _two(minutes, _HOUR, "h", _MINUTE, "m")
    return _two(round(seconds / _HOUR) * _HOUR, _DAY, "d", _HOUR, "h")


def _two(seconds: int, large: int, large_unit: str, small: int, small_unit: str) -> str:
    many, rest = divmod(seconds, large)
    few = rest // small
    return (f"{many}{large_unit}" if many else "") + (f"{few}{small_unit}" if few or not many else "")


def age(seconds: float | None) -> str:
    """`40s`, `5m`, `3h`, `2d`: the largest unit alone, begun ones not counted; `-` if unknown."""
    if seconds is None:
        return "-"
    whole = max(0, int(seconds))
    for size, unit in ((_DAY, "d"), (_HOUR, "h"), (_MINUTE, "m")):
        if whole >= size:
            return f"{whole // size}{unit}"
    return f"{whole}s"


def clean(text: str) -> str:
    """One line without control characters: words of AWS or of a user cannot move the cursor or change colours."""
    return " ".join(_CONTROL.sub(" ", text).split())


def showable_lines(text: str) -> list[str]:
    """As `clean`, of a text whose lines and indentation mean something, such as a trace."""
    return [_CONTROL.sub("", line.replace("\t", "  ")).rstrip() for line in text.rstrip().splitlines()]


def fit(text: str, width: int) -> str:
    """Cut at the end to at most `width` characters, an ellipsis in place of what is missing."""
    return text if len(text) <= width else text[: max(0, width - 1)] + "…"


def shorten(text: str, width: int) -> str:
    """Cut in the middle to at most `width` characters: an ARN tells most at its ends."""
    if len(text) <= width:
        return text
    head = max(0, width - 1) // 2
    tail = max(0, width - 1 - head)
    return text[:head] + "…" + text[len(text) - tail :]


def wrap(text: str, *, width: int | None, first: str = "", rest: str = "") -> str:
    """Lines of at most `width` columns, `first` before the first and `rest` before the others; whole if None.

    Line breaks in `text` stay.
    """
    lines = [clean(line) for line in text.splitlines()] or [""]
    leads = [first] + [rest] * (len(lines) - 1)
    whole = [(lead + line).rstrip() for lead, line in zip(leads, lines, strict=True)]
    return "\n".join(whole if width is None else [flow(line, width=width, rest=rest) for line in whole])


def flow(line: str, *, width: int, rest: str) -> str:
    """One line as several of at most `width` columns, `rest` before all but the first.

    Spaces within it stay; long words such as ARNs are not cut, so that they can be copied.
    """
    words = line.lstrip(" ")
    lead = line[: len(line) - len(words)]
    wrapped = textwrap.wrap(
        words,
        max(width, len(rest) + 20),
        initial_indent=lead,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return "\n".join(wrapped)


def terminal_size(stream: IO[str]) -> os.terminal_size | None:
    """Columns and lines of the terminal behind `stream`; None if it is not a terminal."""
    if not stream.isatty():
        return None
    try:
        size = os.get_terminal_size(stream.fileno())
    except OSError:
        return _FALLBACK
    return os.terminal_size((size.columns or _FALLBACK.columns, size.lines or _FALLBACK.lines))


def terminal_width(stream: TextIO) -> int | None:
    """Columns of the terminal behind `stream`; None if it is not a terminal and text should be left whole."""
    size = terminal_size(stream)
    return size.columns if size else None


def showable(text: str, encoding: str | None) -> str:
    """`text` as a stream of that encoding can show it: ASCII for our own signs, escapes for the rest."""
    codec = encoding or "utf-8"
    try:
        text.encode(codec)
    except UnicodeEncodeError:
        return text.translate(_ASCII).encode(codec, "backslashreplace").decode(codec)
    return text


def say(stream: TextIO, text: str) -> None:
    """Write `text` as whole lines and flush, so that a pipe's reader sees it now.

    Raises OSError where that cannot be, but not for stderr: talk that nobody gets stops no work.
    """
    try:
        stream.write(showable(text, stream.encoding) + "\n")
        stream.flush()
    except OSError:
        if stream is not sys.stderr:
            raise
        let_go(stream)


def let_go(stream: TextIO) -> None:
    """What is written to it from here on is dropped, and Python does not complain at its exit either."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
