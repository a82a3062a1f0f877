"""From the table to policy documents."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from provision.policy.needs import COMMANDS, Need, needs
from provision.policy.scope import Place, Scope

ALL = "all"
LONGEST = 6144
"""AWS: characters of a managed policy, white space not counted."""


def needed(command: str) -> list[Need]:
    """The rows for one command, or for `all`."""
    return [one for one in needs() if command == ALL or command in one.commands]


def document(command: str, place: Place) -> dict[str, Any]:
    """One policy with everything that `command` needs."""
    return _document(_statements(needed(command), place))


def parts(command: str, place: Place) -> list[dict[str, Any]]:
    """The same in as many documents as AWS's limit on a managed policy makes it."""
    made: list[list[Mapping[str, Any]]] = [[]]
    for statement in _statements(needed(command), place):
        if made[-1] and size(_document([*made[-1], statement])) > LONGEST:
            made.append([])
        made[-1].append(statement)
    return [_document(one) for one in made]


def size(policy: Mapping[str, Any]) -> int:
    """As AWS counts it."""
    return len(json.dumps(policy, separators=(",", ":")))


def _document(statements: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _statements(rows: Iterable[Need], place: Place) -> list[Mapping[str, Any]]:
    """One for each scope, with its actions sorted."""
    actions: dict[Scope, set[str]] = {}
    for row in rows:
        actions.setdefault(row.scope, set()).add(row.action)
    return [_statement(sorted(names), scope, place) for scope, names in actions.items()]


def _statement(actions: list[str], scope: Scope, place: Place) -> Mapping[str, Any]:
    resources = [*map(place.fill, scope.resources)]
    statement: dict[str, Any] = {"Effect": "Allow", "Action": actions, "Resource": resources}
    if scope.conditions:
        statement["Condition"] = {
            operator: {key: _filled(value, place) for key, value in tests.items()}
            for operator, tests in scope.conditions.items()
        }
    return statement


def _filled(value: Any, place: Place) -> Any:
    return place.fill(value) if isinstance(value, str) else value


__all__ = ["ALL", "COMMANDS", "LONGEST", "document", "needed", "parts", "size"]
