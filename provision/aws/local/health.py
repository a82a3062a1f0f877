"""Why a proxy can or cannot use its target, as far as the account itself says: credentials, permissions, groups."""

from __future__ import annotations

import ipaddress
import json
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from provision.aws.local.account import Account


class Health(NamedTuple):
    """AWS's words for a proxy target: State, Reason, Description."""

    state: str
    reason: str = ""
    description: str = ""


AVAILABLE = Health("AVAILABLE")
REGISTERING = Health("REGISTERING")
_PROXY = "rds.amazonaws.com"


def _refused(description: str) -> Health:
    return Health("UNAVAILABLE", "AUTH_FAILURE", description)


def credentials(account: Account, proxy: Any) -> tuple[dict[str, str], Health | None]:
    """User names with passwords out of the proxy's secrets, and what is wrong with them.

    AWS: a role that may not read the secret, or a secret that is gone, shows as AUTH_FAILURE of the target.
    """
    secrets = account.backend("secretsmanager", proxy.region).secrets
    users: dict[str, str] = {}
    for auth in proxy.auth:
        arn = auth.get("SecretArn") or ""
        secret = next((one for one in secrets.values() if one.arn == arn), None)
        if secret is None or secret.deleted_date:
            return {}, _refused(f"Proxy does not have any registered credentials: the secret {arn} cannot be found.")
        if not may(account, proxy.role_arn, "secretsmanager:GetSecretValue", arn, trusted=_PROXY):
            return {}, _refused(f"The IAM role {proxy.role_arn} may not read the secret {arn}.")
        try:
            told = json.loads(_current(secret))
            users[told["username"]] = told["password"]
        except (KeyError, TypeError, ValueError):
            return {}, _refused(f"The secret {arn} has no username and password.")
    return users, None if users else _refused("Proxy does not have any registered credentials.")


def _current(secret: Any) -> str:
    return str(secret.versions[secret.default_version_id]["secret_string"])


def may(account: Account, role_arn: str, action: str, resource: str, *, trusted: str) -> bool:
    """Whether a role that the service `trusted` may assume is allowed an action, by its own policies.

    Conditions are taken as met where they allow, and as unmet where they deny.
    """
    iam = account.backend("iam", "aws")
    role = next((one for one in iam.roles.values() if one.arn == role_arn), None)
    if role is None or not trusts(role, trusted):
        return False
    documents = [*(policy.document for policy in role.managed_policies.values()), *role.policies.values()]
    concerned = [one for document in documents for one in _statements(document) if _concerns(one, action, resource)]
    denied = any(one["Effect"] == "Deny" and not one.get("Condition") for one in concerned)
    return not denied and any(one["Effect"] == "Allow" for one in concerned)


def _statements(document: str) -> list[dict[str, Any]]:
    told = json.loads(document)["Statement"]
    return [told] if isinstance(told, dict) else list(told)


def _concerns(statement: dict[str, Any], action: str, resource: str) -> bool:
    return _named(statement.get("Action"), action.lower(), fold=True) and _named(statement.get("Resource"), resource)


def _named(patterns: Any, name: str, *, fold: bool = False) -> bool:
    listed = [patterns] if isinstance(patterns, str) else patterns or []
    return any(fnmatchcase(name, pattern.lower() if fold else pattern) for pattern in listed)


def trusts(role: Any, service: str) -> bool:
    """Whether a role's trust policy lets the service assume it."""
    for statement in _statements(role.assume_role_policy_document):
        named = statement.get("Principal", {})
        services = named.get("Service", []) if isinstance(named, dict) else []
        if statement.get("Effect") == "Allow" and service in ([services] if isinstance(services, str) else services):
            return True
    return False


def closed_door(account: Account, proxy: Any, instance: Any) -> Health | None:
    """AWS: without the groups' rules (out of the proxy's, into the database's) the target stays UNREACHABLE."""
    ec2 = account.backend("ec2", proxy.region)
    port = int(instance.port)
    own, theirs = proxy.vpc_security_group_ids, instance.vpc_security_group_ids
    nets = [ec2.get_subnet(one).cidr_block for one in proxy.vpc_subnet_ids]
    into = [rule for one in theirs for rule in _rules(ec2, one, "ingress_rules")]
    out_of = [rule for one in own for rule in _rules(ec2, one, "egress_rules")]
    reached = [ec2.get_subnet(one.id).cidr_block for one in instance.db_subnet_group._subnets]  # noqa: SLF001 - no other way
    if any(_admits(rule, port, own, nets) for rule in into) and any(
        _admits(rule, port, theirs, reached) for rule in out_of
    ):
        return None
    why = f"The security groups do not let the proxy reach port {port} of the DB instance."
    return Health("UNAVAILABLE", "UNREACHABLE", why)


def _rules(ec2: Any, group_id: str, side: str) -> list[Any]:
    group = ec2.get_security_group_from_id(group_id)
    return list(getattr(group, side)) if group else []


def _admits(rule: Any, port: int, groups: list[str], nets: list[str]) -> bool:
    if str(rule.ip_protocol) not in {"-1", "tcp", "6"}:
        return False
    if str(rule.ip_protocol) != "-1" and not int(rule.from_port) <= port <= int(rule.to_port):
        return False
    if rule.source_group.get("GroupId") in groups:
        return True
    inside = ipaddress.IPv4Network(rule.cidr_ipv4) if rule.cidr_ipv4 else None
    return inside is not None and any(ipaddress.IPv4Network(net).subnet_of(inside) for net in nets)
