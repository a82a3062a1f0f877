"""The table of prices that ships with provision, and a user's own in its place."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from provision.errors import BadSetting

SHIPPED = Path(__file__).with_name("prices.toml")
OPEN = "database"
"""The section that takes keys we do not know: AWS has more classes than the table."""
MOST = 1_000_000
"""US dollars; a sum of such prices is still reckoned to the cent."""


@dataclass(frozen=True, kw_only=True)
class Prices:
    """US dollars; the sections are those of prices.toml."""

    source: str
    region: str
    """Whose prices these are."""
    date: str
    hour: Mapping[str, Decimal]
    month: Mapping[str, Decimal]
    use: Mapping[str, Decimal]
    database: Mapping[str, Decimal]


def load(file: Path | None) -> Prices:
    """The shipped table, with what `file` names in its place. Raises `BadSetting`."""
    ours = _read(SHIPPED)
    tables = ours if file is None else _merged(ours, _read(file), file)
    sections = {name: _decimals(tables[name]) for name in ("hour", "month", "use", "database")}
    return Prices(
        source=tables["list"]["source"], region=tables["list"]["region"], date=tables["list"]["date"], **sections
    )


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadSetting(
            what=f"The price table {file} cannot be read.",
            why=f"{error.strerror or error}.",
            hint="Check --prices (or PROVISION_PRICES).",
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadSetting(
            what=f"The price table {file} is not valid TOML.", why=f"{error}.", hint="Fix that line and run again."
        ) from error


def _merged(ours: dict[str, Any], theirs: dict[str, Any], file: Path) -> dict[str, Any]:
    for section, body in theirs.items():
        if section not in ours:
            raise _unknown(file, section, list(ours))
        if not isinstance(body, dict):
            raise BadSetting(what=f"{file}: {section} is not a table.", hint=f"It must begin with [{section}].")
        for key, value in body.items():
            if key not in ours[section] and section != OPEN:
                raise _unknown(file, f"{section}.{key}", [f"{section}.{one}" for one in ours[section]])
            _check(file, section, key, value)
    if "region" not in theirs.get("list", {}):
        raise BadSetting(
            what=f"The price table {file} does not say whose prices these are.",
            hint='Begin it with a section [list] that has region = "..." (and, best, date and source).',
        )
    merged = {section: {**body, **theirs.get(section, {})} for section, body in ours.items()}
    merged["list"] = {"source": str(file), "date": "no date", **theirs["list"]}
    return merged


def _check(file: Path, section: str, key: str, value: Any) -> None:
    name, written = key, value
    while isinstance(written, dict) and written:  # TOML: dots outside of quotes make tables within tables
        inner, written = next(iter(written.items()))
        name = f"{name}.{inner}"
    if name != key:
        raise BadSetting(
            what=f"{file}: {section}.{name} has dots outside of quotes.", hint=f'Write it as "{name}" = {written!r}.'
        )
    if section == "list":
        ok, accepted = isinstance(value, str), "text in quotes"
    else:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        ok, accepted = number and 0 <= value <= MOST, f"0 to {MOST:,} US dollars, such as 0.045"
    if not ok:
        raise BadSetting(
            what=f"{file}: {section}.{key} = {value!r} is not a valid price.", hint=f"It must be {accepted}."
        )


def _decimals(body: Mapping[str, Any]) -> dict[str, Decimal]:
    """As written: a float's shortest form has the digits of what it was read from."""
    return {key: Decimal(str(value)) for key, value in body.items()}


def _unknown(file: Path, name: str, known: list[str]) -> BadSetting:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    return BadSetting(what=f"{file} has an unknown price: {name}.", hint=f"The nearest known one is {near[0]}.")
