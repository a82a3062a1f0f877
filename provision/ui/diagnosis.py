"""A diagnosis as text for stdout: the root cause first, then what else was found, then the way link by link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from provision.ui.words import clean, wrap


@dataclass(frozen=True, kw_only=True)
class FindingRow:
    """One finding; `mend` the commands, the best first, `advice` what is not to be typed."""

    id: str
    severity: str
    link: str
    what: str
    evidence: str
    mend: Sequence[str]
    advice: str = ""


@dataclass(frozen=True, kw_only=True)
class LinkRow:
    """One link of the way; `state` is ok, blocks, risks or unseen."""

    link: str
    state: str


@dataclass(frozen=True, kw_only=True)
class StepRow:
    """One step that the function itself took, in milliseconds."""

    name: str
    ok: bool
    ms: float
    text: str = ""


WORDS = {"blocks": "blocked", "risks": "at risk", "unseen": "not seen", "ok": "ok"}


def diagnosis(
    *,
    function: str,
    database: str,
    root: FindingRow | None,
    lesser: Sequence[FindingRow],
    way: Sequence[LinkRow],
    steps: Sequence[StepRow],
    unasked: str,
    width: int | None = None,
) -> str:
    """The whole page."""
    parts = []
    if root is not None:
        parts += [wrap(f"{function} cannot reach {database}.", width=width), _finding(root, width)]
    elif any(row.severity == "unseen" for row in lesser):
        parts.append(wrap(f"Nothing wrong was seen between {function} and {database}.", width=width))
    else:
        parts.append(wrap(f"{function} reaches {database}.", width=width))
    if lesser:
        parts.append("\n".join(["Also:", *(_lesser(row, width) for row in lesser)]))
    size = max(len(row.link) for row in way)
    parts.append("\n".join(["Path:", *(f"  {row.link:<{size}}  {WORDS[row.state]}" for row in way)]))
    if steps:
        parts.append("\n".join(["The function's own steps:", *(_step(row, width) for row in steps)]))
    elif unasked:
        parts.append(wrap(unasked, width=width))
    return "\n\n".join(parts)


def _finding(row: FindingRow, width: int | None) -> str:
    lines = [wrap(f"{row.what} [{row.id}]", width=width)]
    lines.append(wrap(row.evidence, width=width, first="  Seen:  ", rest="         "))
    lines += _mend(row, width, "  ")
    return "\n".join(lines)


def _lesser(row: FindingRow, width: int | None) -> str:
    lead = f"  {WORDS[row.severity]}: "
    lines = [wrap(f"{row.what} [{row.id}]", width=width, first=lead, rest="    ")]
    lines.append(wrap(row.evidence, width=width, first="    Seen:  ", rest="           "))
    return "\n".join([*lines, *_mend(row, width, "    ")])


def _mend(row: FindingRow, width: int | None, indent: str) -> list[str]:
    """Each command is one line, however long: as several it could not be copied."""
    leads = ["Mend:  ", *["  or:  "] * (len(row.mend) - 1)] if row.mend else []
    lines = [f"{indent}{lead}{command}" for lead, command in zip(leads, row.mend, strict=True)]
    if row.advice:
        lead = "Note:  " if row.mend else "Mend:  "
        lines.append(wrap(row.advice, width=width, first=f"{indent}{lead}", rest=f"{indent}       "))
    return lines


def _step(row: StepRow, width: int | None) -> str:
    line = f"  {row.name:<12}  {'ok' if row.ok else 'failed':<6}  {row.ms:9.1f} ms"
    return f"{line}\n{wrap(clean(row.text), width=width, first='    ', rest='    ')}" if row.text else line
