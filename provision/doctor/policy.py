"""IAM documents as AWS would evaluate them for one action, as far as the documents themselves say.

A condition on something that is not known here counts as met where it allows and as unmet where it denies: a finding
must be sure. What lies outside the account's own documents (an organization's policies) shows in the probe.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from provision.doctor.picture import Document, Role

READ = "secretsmanager:GetSecretValue"
Context = Mapping[str, str | None]
"""Condition keys, in lower case, whose values are known; None for one that the request certainly lacks."""


@dataclass(frozen=True)
class Verdict:
    """`why` names the document that decided, `denied_by` the policy of the role that denies explicitly."""

    allowed: bool
    why: str
    denied_by: str = ""

    @property
    def added(self) -> bool:
        """Whether a managed policy or a boundary decided, which `up` leaves until somebody takes it away."""
        return self.denied_by.startswith("arn:") or "boundary" in self.why

    @property
    def sentence(self) -> str:
        return f"{self.why[0].upper()}{self.why[1:]}"


def evaluate(role: Role, action: str, resource: str, context: Context, own: Document | None = None) -> Verdict:
    """Whether `role` may do `action` on `resource`; `own` is the resource's own policy. All in one account."""
    for name, document in role.policies.items():
        if any(_says("Deny", one, action, resource, context, role.arn) for one in statements(document)):
            return Verdict(False, f"the policy {name} of {role.name} denies {action}", name)
    documents: dict[str, Document] = {f"the policy {name} of {role.name}": one for name, one in role.policies.items()}
    if own is not None:
        documents["the resource's own policy"] = own
    if role.boundary is not None:
        documents["the permissions boundary"] = role.boundary
    for name, document in documents.items():
        if any(_says("Deny", one, action, resource, context, role.arn) for one in statements(document)):
            return Verdict(False, f"{name} denies {action}")
    if role.boundary is not None and not _allows(role.boundary, action, resource, context, role.arn):
        return Verdict(False, f"the permissions boundary of {role.name} does not allow {action}")
    allowing = [name for name, one in documents.items() if one is not role.boundary]
    if any(_allows(documents[name], action, resource, context, role.arn) for name in allowing):
        return Verdict(True, "")
    return Verdict(False, f"no policy of {role.name} allows {action}")


def lets(document: Document, action: str, resource: str, context: Context, role: str) -> bool:
    """Whether a document in the way, such as a VPC endpoint's policy, lets the role of that ARN through. It delegates
    nothing, so that an account stands for all that is in it."""
    denied = any(_says("Deny", one, action, resource, context, role) for one in statements(document))
    return not denied and _allows(document, action, resource, context, role, whole=True)


def trusts(role: Role, service: str, context: Context) -> bool:
    """Whether the role's trust policy lets a service of AWS take it."""
    concerned = [one for one in statements(role.trust) if takes(one, service)]
    denied = any(one["Effect"] == "Deny" and _met(one, context, otherwise=False) for one in concerned)
    return not denied and any(one["Effect"] == "Allow" and _met(one, context, otherwise=True) for one in concerned)


def takes(statement: Mapping[str, Any], service: str) -> bool:
    """Whether a statement of a trust policy speaks of a service that takes the role."""
    principal = statement.get("Principal", {})
    services = _listed(principal.get("Service")) if isinstance(principal, Mapping) else []
    return service in services and _matches(_listed(statement.get("Action")), "sts:AssumeRole", fold=True)


def statements(document: Document) -> list[Mapping[str, Any]]:
    statement = document.get("Statement", [])
    return [statement] if isinstance(statement, Mapping) else list(statement)


def _allows(
    document: Document, action: str, resource: str, context: Context, role: str, *, whole: bool = False
) -> bool:
    return any(_says("Allow", one, action, resource, context, role, whole=whole) for one in statements(document))


def _says(
    effect: str,
    statement: Mapping[str, Any],
    action: str,
    resource: str,
    context: Context,
    role: str,
    *,
    whole: bool = False,
) -> bool:
    return (
        statement.get("Effect") == effect
        and _names(statement, "Action", action, fold=True)
        and _names(_filled(statement, context), "Resource", resource)
        and _concerns(statement, role, whole=whole or effect == "Deny")
        and _met(statement, context, otherwise=effect == "Allow")
    )


def _filled(statement: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    """The statement with the values of the policy variables in its resources; one that is not known may be anything
    where it allows and is nothing where it denies."""
    allows = statement.get("Effect") == "Allow"
    filled = {
        what: [
            _with_values(one, context, "*" if allows == (what == "Resource") else "")
            for one in _listed(statement[what])
        ]
        for what in ("Resource", "NotResource")
        if what in statement
    }
    return {**statement, **filled}


def _with_values(text: str, context: Context, unknown: str) -> str:
    return re.sub(r"\$\{([^}]+)\}", lambda one: context.get(one[1].lower()) or unknown or one[0], text)


def _names(statement: Mapping[str, Any], what: str, value: str, *, fold: bool = False) -> bool:
    """AWS: a policy that belongs to a resource may name none; `Not…` names all but those."""
    if f"Not{what}" in statement:
        return not _matches(_listed(statement[f"Not{what}"]), value, fold=fold)
    return what not in statement or _matches(_listed(statement[what]), value, fold=fold)


def _concerns(statement: Mapping[str, Any], role: str, *, whole: bool) -> bool:
    """Whether a resource's policy speaks of this role, by its account, too, where that is meant as a `whole`; a policy
    of the role itself names nobody.

    AWS: to allow an account is to leave it to that account's own policies, to deny one is to deny all that is in it
    (IAM User Guide, "AWS account principals")."""
    if "NotPrincipal" in statement:
        return not any(_is(one, role) for one in _principals(statement["NotPrincipal"]))
    named = _principals(statement.get("Principal", "*"))
    account = role.split(":")[4]
    return any(_is(one, role) or (whole and one in (account, _root(role))) for one in named)


def _principals(principal: Any) -> list[str]:
    return _listed(principal.get("AWS") if isinstance(principal, Mapping) else principal)


def _is(named: str, role: str) -> bool:
    """Whether a principal is everybody, the role or a session of it, which is called after its name without a path."""
    _, partition, _, _, account, path = role.split(":")
    session = f"arn:{partition}:sts::{account}:assumed-role/{path.rpartition('/')[2]}/"
    return named in ("*", role) or named.startswith(session)


def _root(role: str) -> str:
    _, partition, _, _, account, _ = role.split(":")
    return f"arn:{partition}:iam::{account}:root"


def _matches(patterns: list[str], value: str, *, fold: bool = False) -> bool:
    flags = re.IGNORECASE if fold else 0
    return any(re.fullmatch(_pattern(one), value, flags) for one in patterns)


def _pattern(text: str) -> str:
    return re.escape(text).replace(r"\*", ".*").replace(r"\?", ".")


def _met(statement: Mapping[str, Any], context: Context, *, otherwise: bool) -> bool:
    """Whether all conditions hold; `otherwise` for one that cannot be judged here."""
    return all(_judged(statement, context, otherwise=otherwise))


def _judged(statement: Mapping[str, Any], context: Context, *, otherwise: bool) -> Iterator[bool]:
    for operator, keys in statement.get("Condition", {}).items():
        for key, values in keys.items():
            have = context.get(key.lower())
            equal = operator.lower().removesuffix("ifexists")
            if key.lower() not in context or equal not in OPERATORS:
                yield otherwise
            elif have is None:  # AWS: what is not there equals nothing
                yield operator.lower().endswith("ifexists") or not OPERATORS[equal]
            else:
                exact = equal in EXACT
                met = have in _listed(values) if exact else _matches(_listed(values), have)
                yield met is OPERATORS[equal]


OPERATORS = {
    "stringequals": True,
    "stringlike": True,
    "arnequals": True,
    "arnlike": True,
    "stringnotequals": False,
    "stringnotlike": False,
    "arnnotequals": False,
    "arnnotlike": False,
}
"""The condition operators that are judged, and whether the value must be one of those named."""
EXACT = frozenset({"stringequals", "stringnotequals"})
"""AWS: to these a wildcard is a mere character; to the others, ArnEquals among them, it is one (IAM User Guide, "String
condition operators")."""


def _listed(value: Any) -> list[str]:
    """AWS: the values of a condition may stand there as numbers or true and false, too (IAM's policy grammar)."""
    values = value if isinstance(value, list) else [] if value is None else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]
