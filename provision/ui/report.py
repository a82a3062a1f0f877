"""What a command found or did, as text for stdout. Pure functions of plain data: no AWS, no stream, no colour.

`width` is the terminal's columns, or None for a pipe, where nothing is shortened or wrapped.
"""

from __future__ import annotations

import difflib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from provision.errors import BadUsage
from provision.ui.event_text import DONE
from provision.ui.tables import pairs, table
from provision.ui.words import age, clean, wrap

Verb = Literal["create", "change", "remove", "leave"]
_SIGNS: dict[Verb, str] = {"create": "+", "change": "~", "remove": "-", "leave": " "}


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """One resource in a plan; `details` are lines such as `storage: 20 -> 30`, `monthly_usd` what it costs, if that."""

    key: str
    label: str
    verb: Verb
    details: Sequence[str] = ()
    monthly_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class StatusRow:
    """One resource as it is; `age` in seconds or None if unknown, `drift` lines such as `storage: 20 -> 30`."""

    key: str
    label: str
    id: str
    state: str
    age: float | None = None
    drift: Sequence[str] = ()
    trouble: str = ""
    """What `up` does not repair."""


@dataclass(frozen=True, kw_only=True)
class HealthRow:
    """A proxy's target: `state` as AWS says, with its `reason` and its sentence in `description` if not healthy."""

    target: str
    state: str
    reason: str = ""
    description: str = ""


@dataclass(frozen=True, kw_only=True)
class LeftRow:
    """Something teardown left in the account, and what it costs a month in US dollars (None if unknown)."""

    kind: str
    id: str
    why: str
    monthly_usd: float | None = None


@dataclass(frozen=True, kw_only=True)
class LocalRow:
    """A process of the embedded local AWS; `pid` and `port` are None where it has none, `age` in seconds."""

    what: str
    state: str
    pid: int | None = None
    port: int | None = None
    age: float | None = None


def plan(rows: Sequence[PlanRow], *, width: int | None = None) -> str:
    """What `up` would do, resources that stay as they are only counted, then a closing line."""
    lines: list[str] = []
    shown = [row for row in rows if row.verb != "leave"]
    size = max((len(row.label) for row in shown), default=0)
    longest = max((len(row.key) for row in shown if row.monthly_usd is not None), default=0)
    for row in shown:
        line = f"  {_SIGNS[row.verb]} {row.verb:<7}  {clean(row.label):<{size}}  {row.key:<{longest}}"
        usd = "" if row.monthly_usd is None else f"{row.monthly_usd:8.2f} USD"
        lines.append(f"{line}{usd}".rstrip())
        lines += [wrap(detail, width=width, first=" " * 13, rest=" " * 15) for detail in row.details]
    if lines:
        lines.append("")
    return "\n".join([*lines, wrap(_plan_closing(rows), width=width)])


def _plan_closing(rows: Sequence[PlanRow]) -> str:
    count = Counter(row.verb for row in rows)
    if count["leave"] == len(rows):
        return f"Plan: nothing to do, {len(rows)} as they are."
    return (
        f"Plan: {count['create']} to create, {count['change']} to change, {count['remove']} to remove, "
        f"{count['leave']} as they are."
    )


def status(rows: Sequence[StatusRow], health: Sequence[HealthRow] = (), *, width: int | None = None) -> str:
    """A table of the resources, the drift from the settings below, then the proxy target's health."""
    if not rows:
        return "Nothing is there yet. `up` makes it."
    cells = [(row.label, row.id or "-", row.state, age(row.age)) for row in rows]
    parts = [table([("RESOURCE", "ID", "STATE", "AGE"), *cells], width=width, shrink=(1, 0))]
    drift = [(row.label, detail) for row in rows for detail in row.drift]
    if drift:
        lines = [wrap(f"{label}: {detail}", width=width, first="  ", rest="    ") for label, detail in drift]
        parts.append("\n".join(["Differs from the settings (`up` repairs it):", *lines]))
    if troubled := [row for row in rows if row.trouble]:
        lines = [wrap(f"{row.label}: {row.trouble}", width=width, first="  ", rest="    ") for row in troubled]
        parts.append("\n".join(["In the way (`up` does not repair it):", *lines]))
    if health:
        parts.append("\n".join(_health(row, width) for row in health))
    return "\n\n".join(parts)


def _health(row: HealthRow, width: int | None) -> str:
    reason = f" ({row.reason})" if row.reason else ""
    description = f": {row.description}" if row.description else ""
    return wrap(f"Proxy target {row.target} is {row.state}{reason}{description}", width=width, rest="  ")


def outputs(values: Mapping[str, str]) -> str:
    """`KEY value` lines, values whole and in one column."""
    return pairs(list(values.items()))


def output(values: Mapping[str, str], key: str) -> str:
    """The bare value of one key; raises `BadUsage`, which names the nearest known key."""
    if key in values:
        return values[key]
    near = difflib.get_close_matches(key, values, n=1)
    hint = f"Did you mean {near[0]}?" if near else ""
    known = f"Known: {', '.join(values)}." if values else "There are none yet; `up` makes them."
    raise BadUsage(what=f"There is no output named {key}.", why=known, hint=hint)


def answer(response: Any) -> str:
    """The function's answer: names and values, its times on one line; anything but an object as JSON."""
    if not isinstance(response, dict) or not response:
        return json.dumps(response, ensure_ascii=False)
    times = [(name, value) for name, value in response.items() if name.endswith("_ms") and value is not None]
    rows = [(name, _plain(value)) for name, value in response.items() if not name.endswith("_ms")]
    if times:
        rows.append(("time", ", ".join(f"{name.removesuffix('_ms')} {_plain(value)} ms" for name, value in times)))
    return pairs(rows, indent="  ")


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def receipt(left: Sequence[LeftRow], *, ended: float | None = None, width: int | None = None) -> str:
    """Teardown's closing: what its removal saves (`ended` US dollars a month); that nothing is left, or
    what is, why, and its cost."""
    saved = [wrap(f"This saves about {_dollars(ended)} USD a month at AWS's prices.", width=width)] if ended else []
    return "\n".join([*saved, _left(left, width)])


def _left(left: Sequence[LeftRow], width: int | None) -> str:
    if not left:
        return "Nothing is left."
    cells = [(row.kind, row.id, _dollars(row.monthly_usd)) for row in left]
    lines = [table([("LEFT", "ID", "USD A MONTH"), *cells], width=None), ""]  # ids whole: one may have to remove them
    lines += [wrap(f"{row.kind} {row.id}: {row.why}", width=width, rest="  ") for row in left if row.why]
    lines.append(wrap(_cost(left), width=width))
    return "\n".join(lines)


def _cost(left: Sequence[LeftRow]) -> str:
    known = [row.monthly_usd for row in left if row.monthly_usd is not None]
    if not known:
        return f"{len(left)} left, of unknown cost."
    unknown = len(left) - len(known)
    more = f", and {unknown} of unknown cost" if unknown else ""
    return f"{len(left)} left, about {_dollars(sum(known))} USD a month{more}."


def _dollars(amount: float | None) -> str:
    return "unknown" if amount is None else f"{amount:.2f}"


def changed(changes: Sequence[tuple[str, str]]) -> str:
    """What a run did, counted, from `(key, verb)` with the engine's verbs."""
    count = Counter(verb for _, verb in changes)
    parts = [f"{count[verb]} {word}" for verb, word in DONE.items() if count[verb]]
    return f"{', '.join(parts)}." if parts else "Nothing changed."


def local(rows: Sequence[LocalRow], *, width: int | None = None) -> str:
    """The processes of the embedded local AWS."""
    if not rows:
        return "The local AWS is not running."
    cells = [(row.what, row.state, _number(row.pid), _number(row.port), age(row.age)) for row in rows]
    return table([("PROCESS", "STATE", "PID", "PORT", "AGE"), *cells], width=width, shrink=(0,))


def _number(value: int | None) -> str:
    return "-" if value is None else str(value)
