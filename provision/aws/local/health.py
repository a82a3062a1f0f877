"""Why a proxy can or cannot use its target, as far as the account itself says: credentials, permissions, groups."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from provision.aws.local import reachability
from provision.aws.local.account import Account
from provision.aws.local.rights import READ, may, refuses


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
        if not may(account, proxy.role_arn, READ, arn, trusted=_PROXY) or refuses(secret, proxy.role_arn):
            return {}, _refused(f"The IAM role {proxy.role_arn} may not read the secret {arn}.")
        try:
            user, password = _login(json.loads(_current(secret)))
        except (KeyError, TypeError, ValueError):
            return {}, _refused(f"The secret {arn} has no username and password that could be used.")
        users[user] = password
    return users, None if users else _refused("Proxy does not have any registered credentials.")


def _current(secret: Any) -> str:
    return str(secret.versions[secret.default_version_id]["secret_string"])


def _login(value: Any) -> tuple[str, str]:
    """User and password, which the engines take as text alone, and the password as RDS does (printable ASCII)."""
    user, password = value["username"], value["password"]
    if not all(isinstance(one, str) and one for one in (user, password)):
        raise TypeError
    if not (password.isascii() and password.isprintable()):
        raise ValueError
    return user, password


def unreachable(account: Account, proxy: Any, instance: Any) -> Health | None:
    """AWS: without the groups' rules (out of the proxy's, into the database's) the target stays UNREACHABLE."""
    ec2 = account.backend("ec2", proxy.region)
    source = reachability.end(ec2, proxy.vpc_security_group_ids, proxy.vpc_subnet_ids)
    subnets = [one.id for one in instance.db_subnet_group._subnets]  # noqa: SLF001 - no other way
    target = reachability.end(ec2, instance.vpc_security_group_ids, subnets)
    if reachability.within_vpc(ec2, source, target, int(instance.port)):
        return None
    why = f"The network does not let the proxy reach port {instance.port} of the DB instance."
    return Health("UNAVAILABLE", "UNREACHABLE", why)
