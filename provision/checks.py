"""What a value must satisfy, said in the words in which it is refused."""

from __future__ import annotations

import re

from provision.errors import BadSetting

LONGEST_SUFFIX = "-database-postgres99"
"""The longest ending that any name of ours carries besides the Region (see names.py)."""
ROLE_SUFFIX = "-monitoring"
"""The longest ending of a role's name, after the Region."""
DB_IDENTIFIER_LIMIT, ROLE_LIMIT = 63, 64


def bad(name: str, value: object, accepted: str, *, beside: str = "") -> BadSetting:
    """What a value is refused with; `accepted` completes "It must be", and `beside` is the setting that it does not
    fit, which may be the only one of the two that the user has set."""
    told = f"{name} = {value!r} is not valid" + (f" beside {beside}." if beside else ".")
    return BadSetting(what=told, hint=f"It must be {accepted}.")


def check(ok: bool, name: str, value: object, accepted: str, *, beside: str = "") -> None:  # noqa: FBT001 - it reads as a sentence
    """Raises what `bad` makes of it unless it is `ok`."""
    if not ok:
        raise bad(name, value, accepted, beside=beside)


def check_days(name: str, value: int) -> None:
    """Whether CloudWatch Logs knows that retention. Raises `BadSetting`."""
    days = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653)
    check(value in days, name, value, f"one of {', '.join(map(str, days))}")


def check_name(name: str, *, region: str = "") -> None:
    """Whether every name derived from the stack's fits AWS: in `region`, or, where that is not known, in some Region.
    Raises `BadSetting`."""
    check(
        re.fullmatch(r"[a-z](-?[a-z0-9])*", name) is not None,
        "--name",
        name,
        "lower-case letters, digits and single hyphens, beginning with a letter and not ending with a hyphen",
    )
    # AWS: no security group's name may begin with sg-, and ours are this one and a noun.
    check(not f"{name}-".startswith("sg-"), "--name", name, "a name that does not begin with sg-")
    longest = DB_IDENTIFIER_LIMIT - len(LONGEST_SUFFIX)
    if region:
        longest = min(longest, ROLE_LIMIT - len(f"-{region}{ROLE_SUFFIX}"))
    check(
        len(name) <= longest,
        "--name",
        name,
        f"at most {longest} characters long, so that the names made from it fit AWS's limits",
    )
