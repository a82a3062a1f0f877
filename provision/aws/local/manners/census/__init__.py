"""Everything in the account of the kinds that a stack is made of, so that two accounts can be compared.

Asked of the account in AWS's own words, with nothing of what makes the stack. Ids, which differ from run to run, are
replaced by names: the tag `provision:key`, else the tag `Name`, else what the thing is called. Two things with the same
name get `#2` and so on, so that a duplicate shows. What is of AWS's own making (a VPC's default group, ACL and main
table) and what only time makes differ (dates, addresses) is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from provision.aws.local.account import Account
from provision.aws.local.manners.census import ec2, others, rds
from provision.aws.local.manners.census.item import Item
from provision.aws.local.manners.inside import Inside

KEY = "provision:key"
DEPTH = 2
"""An interface is called by its subnet, which is called by its VPC if it has no tags."""


@dataclass
class _Names:
    """Ids, and what stands for them."""

    known: dict[str, str] = field(default_factory=dict)

    def put(self, content: Any) -> Any:
        """The same with names for ids."""
        if isinstance(content, dict):
            return {
                self.put(key): self.put(value) for key, value in sorted(content.items()) if value not in (None, [], {})
            }
        if isinstance(content, list):
            return sorted((self.put(one) for one in content), key=repr)
        return self._text(content) if isinstance(content, str) else content

    def settle(self) -> None:
        """A name may hold the id of something that is named itself, and so on: no id is to be left in any."""
        for _ in range(DEPTH):
            self.known = {known: self._text(name) for known, name in self.known.items()}

    def _text(self, text: str) -> str:
        for known in sorted(self.known, key=len, reverse=True):
            if known in text:
                text = text.replace(known, self.known[known])
        return text


def census(inside: Inside, account: Account) -> list[dict[str, Any]]:
    """Each thing as `{kind, name, region, id, tags, properties}`; ids stand in `id` alone. Sorted by kind and name."""
    with account.lock:
        items = list(_items(inside, account))
    names, called = _Names(), []
    seen: Counter[tuple[str, str]] = Counter()
    for item in sorted(items, key=lambda one: (one.kind, _own_name(one), one.id)):
        name = _own_name(item)
        seen[item.kind, name] += 1
        again = seen[item.kind, name]
        name = name if again == 1 else f"{name}#{again}"
        called.append((item, name))
        for known in (item.id, *item.also):
            names.known[known] = f"<{item.kind} {name}>"
    names.settle()
    rows = [
        {
            "kind": item.kind,
            "name": names.put(name),
            "region": item.region,
            "id": item.id,
            "tags": {key: names.put(value) for key, value in sorted(item.tags.items())},
            "properties": names.put(item.properties),
        }
        for item, name in called
    ]
    return sorted(rows, key=lambda one: (one["kind"], one["name"], repr(one["properties"])))


def _items(inside: Inside, account: Account) -> Iterator[Item]:
    regions = {
        region for service in ("ec2", "rds", "lambda", "secretsmanager", "logs") for region in account.regions(service)
    }
    for region in sorted(regions):
        yield from ec2.items(inside, region)
        yield from rds.items(inside, region)
        yield from others.items(inside, region)
    yield from others.roles(inside)


def _own_name(item: Item) -> str:
    return item.tags.get(KEY) or item.tags.get("Name") or item.called or item.id
