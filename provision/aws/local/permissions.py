"""IAM's decision: whether policy documents allow an action on a resource, in a given context.

AWS ("Policy evaluation logic"): an explicit deny wins, then an allow; whatever nothing allows is denied.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

Document = Mapping[str, Any]
Context = Mapping[str, str | Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Request:
    """Who asks for what. `principal` as policies name it (an ARN, or a service such as `rds.amazonaws.com`)."""

    action: str
    resource: str = "*"
    principal: str = ""
    context: Context = field(default_factory=dict)


def allowed(documents: Iterable[Document], request: Request) -> bool:
    """By identity policies: one of them allows and none denies."""
    effects = [one["Effect"] for document in documents for one in statements(document) if concerns(one, request)]
    return "Deny" not in effects and "Allow" in effects


def forbidden(document: Document, request: Request) -> bool:
    """By a resource's own policy: it denies explicitly."""
    return any(one["Effect"] == "Deny" and concerns(one, request) for one in statements(document))


def read(document: str | Document) -> Document:
    parsed: Document = json.loads(document) if isinstance(document, str) else document
    return parsed


def statements(document: str | Document) -> list[Mapping[str, Any]]:
    listed = read(document)["Statement"]
    return [listed] if isinstance(listed, Mapping) else list(listed)


def concerns(statement: Mapping[str, Any], request: Request) -> bool:
    """Whether it speaks of this principal, action and resource, its conditions being met."""
    return (
        _principal(statement, request.principal)
        and _either(statement, "Action", request.action, fold=True)
        and _either(statement, "Resource", request.resource)
        and all(
            _met(operator, key, wanted, request.context)
            for operator, tests in statement.get("Condition", {}).items()
            for key, wanted in tests.items()
        )
    )


def _principal(statement: Mapping[str, Any], principal: str) -> bool:
    principals = statement.get("Principal")
    if principals is None or principals == "*":
        return True
    return any(named in ("*", principal) for kind in principals.values() for named in _listed(kind))


def _either(statement: Mapping[str, Any], name: str, value: str, *, fold: bool = False) -> bool:
    """`Action` or `NotAction`; neither is the case in a trust policy, which is about the role itself."""
    if f"Not{name}" in statement:
        return not _any_like(_listed(statement[f"Not{name}"]), value, fold=fold)
    return name not in statement or _any_like(_listed(statement[name]), value, fold=fold)


def _any_like(patterns: Iterable[str], value: str, *, fold: bool = False) -> bool:
    return any(_like(value.lower(), one.lower()) if fold else _like(value, one) for one in patterns)


def _like(value: str, pattern: str) -> bool:
    return fnmatchcase(value, pattern.replace("[", "[[]"))  # AWS knows no other wildcards than * and ?


def _arn_like(value: str, pattern: str) -> bool:
    """AWS: each of the six parts between colons is compared on its own."""
    have, want = value.split(":", 5), pattern.split(":", 5)
    return len(have) == len(want) and all(map(_like, have, want))


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": lambda value, wanted: value.lower() == wanted.lower(),
    "StringLike": _like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": lambda value, wanted: value.lower() == wanted.lower(),
}


def _met(operator: str, key: str, wanted: Any, context: Context) -> bool:
    """One line of a condition block. Raises KeyError for an operator that is not known here."""
    quantifier, _, plain = operator.rpartition(":")
    plain, if_exists = plain.removesuffix("IfExists"), plain.endswith("IfExists")
    present = next((value for name, value in context.items() if name.lower() == key.lower()), None)
    if plain == "Null":
        return (present is None) == (str(_listed(wanted)[0]).lower() == "true")
    negated = "Not" in plain
    test = _OPERATORS[plain.replace("Not", "")]
    if present is None:  # AWS: a key that is not there meets no positive test and every negated one
        return if_exists or negated or quantifier == "ForAllValues"
    hits = [any(test(one, str(want)) for want in _listed(wanted)) for one in _listed(present)]
    if negated:
        hits = [not hit for hit in hits]
    return any(hits) if quantifier == "ForAnyValue" else all(hits)


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str | bool) else list(value)
