"""EC2's filters: all names must match, one value each suffices, `*` and `?` are wildcards."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from provision.aws.local.wire import Refusal


def matching(filters: Iterable[Mapping[str, Any]], values: Callable[[str], Sequence[str]]) -> bool:
    """Whether something passes; `values` gives what it has under a filter's name, KeyError for a name unknown to it."""
    for wanted in filters:
        name = wanted["Name"]
        try:
            have = values(name)
        except KeyError:
            raise Refusal("InvalidParameterValue", f"The filter '{name}' is invalid") from None
        if not any(fnmatchcase(one, pattern) for one in have for pattern in wanted.get("Values", [])):
            return False
    return True


def tag_values(tagged: Any, name: str) -> list[str]:
    """What one of moto's tagged EC2 resources has under `tag:<key>` or `tag-key`. Raises KeyError for other names."""
    tags = tagged.get_tags()
    if name.startswith("tag:"):
        return [tag["value"] for tag in tags if tag["key"] == name.removeprefix("tag:")]
    if name == "tag-key":
        return [tag["key"] for tag in tags]
    raise KeyError(name)
