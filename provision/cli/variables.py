"""Variables that look like ours and are none: a misspelt setting would otherwise be silently another one."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping

from provision.configuration import PREFIX, PROFILE_VARIABLE, variables
from provision.settings import SECTIONS

OPTIONS = tuple(f"{PREFIX}{option}" for option in ("NAME", "TARGET", "STATE_DIR", "CONFIG", "OUTPUT", "PRICES"))
LOCAL = f"{PREFIX}LOCAL_"
"""The local AWS reads these itself."""
ELSEWHERE = {f"{PREFIX}REGION": "AWS_REGION", f"{PREFIX}PROFILE": f"AWS_PROFILE or {PROFILE_VARIABLE}"}
SECTION = tuple(f"{PREFIX}{section}_".upper() for section in SECTIONS)
TAGS, TAG = (f"{PREFIX}TAG_", f"{PREFIX}TAGS_"), "--tag, or [tags] in the settings file"
NEAR = 0.7
"""As `difflib` has it. What is less like any of ours may well be another program's."""


def unknown(environment: Mapping[str, str]) -> Iterator[str]:
    """A sentence on each that is set, is none of ours, and was probably meant to be."""
    known = {*OPTIONS, PROFILE_VARIABLE, *variables()}
    for name in sorted(environment):
        if name.startswith(PREFIX) and environment[name] and name not in known and not name.startswith(LOCAL):
            advice = _advice(name, known)
            if advice:
                yield f"{name} is not a variable of provision and changes nothing. {advice}"


def _advice(name: str, known: set[str]) -> str:
    if name in ELSEWHERE or name.startswith(TAGS):
        return f"Use {ELSEWHERE.get(name, TAG)}."
    short = {one.removeprefix(PREFIX): one for one in known}
    cutoff = 0.0 if name.startswith(SECTION) else NEAR
    near = difflib.get_close_matches(name.removeprefix(PREFIX), sorted(short), n=1, cutoff=cutoff)
    return f"The nearest known one is {short[near[0]]}." if near else ""
