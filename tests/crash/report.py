"""What the matrix came to, as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.crash.matrix import MODES, Result

BEGIN, END = "<!-- crash-matrix -->", "<!-- end of crash-matrix -->"


def table(results: Iterable[Result]) -> str:
    """A line for each command, consistency and mode, in Markdown; every failure after it."""
    listed = list(results)
    rows = list(dict.fromkeys((one.command, one.where) for one in listed))
    lines = [
        "| command | AWS shows it | blow | points | tried | survived | state as before | not reached |",
        "|---|---|---|--:|--:|--:|--:|--:|",
    ]
    for command, where in rows:
        for mode in MODES:
            here = [one for one in listed if (one.command, one.where, one.mode) == (command, where, mode)]
            counts = Counter(one.outcome for one in here)
            if here:
                struck = sum(counts.values()) - counts["not reached"]
                lived = struck - counts["failed"]
                cells = (command, where, mode, here[0].of, struck, lived, counts["as before"], counts["not reached"])
                lines.append(f"| {' | '.join(map(str, cells))} |")
    failures = [
        f"- {one.command}, {one.where}, {one.mode} {one.number} ({one.at}): {one.trouble}"
        for one in listed
        if one.trouble
    ]
    return "\n".join([*lines, *(["", "Failures:", "", *failures] if failures else [])])


def closing(results: Iterable[Result], *, latest: int, seconds: float) -> str:
    """One line; the `latest` of them took so many seconds."""
    counts = Counter(one.outcome for one in results)
    struck = sum(counts.values()) - counts["not reached"]
    survived = f"{struck - counts['failed']} of {struck} points survived, {counts['failed']} failed"
    return f"{survived}, {counts['not reached']} not reached (the last {latest} in {seconds / 60:.0f} min)."


def into(page: Path, text: str) -> None:
    """Put it between the page's two marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n{text}{END}{after}", encoding="utf-8")
