"""From options, environment and file to `Settings`: the first of them that names a value wins, then the profile, then
the default."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

from provision import profiles
from provision.checks import bad
from provision.errors import BadSetting
from provision.settings import SECTIONS, Settings

PREFIX = "PROVISION_"
PROFILE, PROFILE_VARIABLE = "profile", f"{PREFIX}SETTINGS_PROFILE"
"""The key at the top of the file. The variable's name is not that of an AWS profile, which is somebody's identity."""
TRUE, FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


def load(
    *,
    file: Path | None,
    environment: Mapping[str, str],
    options: Mapping[str, Mapping[str, Any]],
    tags: Mapping[str, str],
) -> Settings:
    """`options` as {section: {key: value}}; `file` is a TOML file or None. Raises `BadSetting`."""
    return by_profile([None], file=file, environment=environment, options=options, tags=tags)[0]


def by_profile(
    names: Sequence[str | None],
    *,
    file: Path | None,
    environment: Mapping[str, str],
    options: Mapping[str, Mapping[str, Any]],
    tags: Mapping[str, str],
) -> list[Settings]:
    """As `load`, with each of these profiles; None is the one that is named. A file that is a pipe can be read once."""
    named, written = _of_file(file) if file is not None else (profiles.DEFAULT, {})
    own = {key: _typed(f"tags.{key}", value, str) for key, value in written.get("tags", {}).items()}
    given = {
        name: {**written.get(name, {}), **_of_environment(name, kind, environment), **options.get(name, {})}
        for name, kind in SECTIONS.items()
    }
    presets = [profiles.PROFILES[one or _profile(environment.get(PROFILE_VARIABLE) or named)] for one in names]
    return [
        Settings(
            **{name: kind(**{**preset.get(name, {}), **given[name]}) for name, kind in SECTIONS.items()},
            tags={**own, **tags},
        )
        for preset in presets
    ]


def _of_file(file: Path) -> tuple[Any, dict[str, dict[str, Any]]]:
    """The profile that it names, and its sections."""
    import tomllib  # here, because no help text needs it

    try:
        raw = tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise BadSetting(
            what=f"The settings file {file} cannot be read.",
            why=f"{error.strerror or error}.",
            hint="Check --config (or PROVISION_CONFIG).",
        ) from error
    except (ValueError, RecursionError) as error:
        raise BadSetting(
            what=f"The settings file {file} is not valid TOML.", why=f"{error}.", hint="Fix that line and run again."
        ) from error
    profile = raw.pop(PROFILE, profiles.DEFAULT)
    sections = {}
    for section, body in raw.items():
        if section not in (*SECTIONS, "tags"):
            raise _unknown(file, section, [*SECTIONS, "tags", PROFILE, *_every_key()])
        if not isinstance(body, dict):
            raise bad(section, body, f"a table that begins with [{section}]")
        sections[section] = body if section == "tags" else _checked(file, section, body)
    return profile, sections


def _profile(named: Any) -> str:
    if not isinstance(named, str) or named not in profiles.PROFILES:
        raise bad(PROFILE, named, " or ".join(sorted(profiles.PROFILES)))
    return named


def _checked(file: Path, section: str, body: Mapping[str, Any]) -> dict[str, Any]:
    kinds = _kinds(SECTIONS[section])
    for key in body:
        if key not in kinds:
            raise _unknown(file, f"{section}.{key}", _every_key())
    return {key: _typed(f"{section}.{key}", value, kinds[key]) for key, value in body.items()}


def _of_environment(section: str, kind: type[Any], environment: Mapping[str, str]) -> dict[str, Any]:
    values = {}
    for key, sort in _kinds(kind).items():
        variable = _variable(section, key)
        if environment.get(variable):
            values[key] = _parsed(variable, environment[variable], sort)
    return values


def variables() -> list[str]:
    """The name of each setting's."""
    return [_variable(section, key) for section, kind in SECTIONS.items() for key in _kinds(kind)]


def _variable(section: str, key: str) -> str:
    return f"{PREFIX}{section}_{key}".upper()


def _kinds(kind: type[Any]) -> dict[str, type[Any]]:
    """{field: type of its default}."""
    return {spec.name: type(spec.default) for spec in fields(kind) if spec.default is not MISSING}


def _parsed(name: str, text: str, sort: type[Any]) -> Any:
    if sort is bool:
        if text.lower() not in TRUE | FALSE:
            raise bad(name, text, "true or false")
        return text.lower() in TRUE
    if sort is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    if sort is int:
        try:
            return int(text)
        except ValueError:
            raise bad(name, text, "a whole number") from None
    return text


def _typed(name: str, value: Any, sort: type[Any]) -> Any:
    if sort is tuple and isinstance(value, list) and all(isinstance(one, str) for one in value):
        return tuple(value)
    if type(value) is not sort:
        words = {bool: "true or false", int: "a whole number", tuple: "a list of texts", str: "text in quotes"}
        raise bad(name, value, words[sort])
    return value


def _every_key() -> list[str]:
    return [f"{section}.{key}" for section, kind in SECTIONS.items() for key in _kinds(kind)]


def _unknown(file: Path, name: str, known: list[str]) -> BadSetting:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.0)
    leaf = difflib.get_close_matches(name.rpartition(".")[2], [key.rpartition(".")[2] for key in known], n=1)
    if leaf:
        near = [key for key in known if key.rpartition(".")[2] == leaf[0]] or near
    return BadSetting(what=f"{file} has an unknown setting: {name}.", hint=f"The nearest known one is {near[0]}.")
