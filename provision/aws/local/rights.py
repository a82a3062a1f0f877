"""What a role of the account may do, whom it trusts, and whom a secret refuses."""

from __future__ import annotations

from typing import Any

from provision.aws.local import lookup
from provision.aws.local.account import Account
from provision.aws.local.permissions import Request, allowed, forbidden, read

READ = "secretsmanager:GetSecretValue"


def may(account: Account, role_arn: str, action: str, resource: str, *, trusted: str, source: str = "") -> bool:
    """Whether a role is allowed an action, by its own policies, once the service `trusted` has assumed it on behalf of
    `source` (an ARN)."""
    iam = account.backend("iam", "aws")
    role = lookup.role(iam, role_arn)
    if role is None or not trusts(role, trusted, source=source):
        return False
    managed = (
        version for policy in role.managed_policies.values() for version in policy.versions if version.is_default
    )
    documents = [*(version.document for version in managed), *role.policies.values()]
    request = Request(action=action, resource=resource, principal=role_arn, context=context_of(role_arn))
    return allowed(map(read, documents), request)


def trusts(role: Any, service: str, *, source: str = "") -> bool:
    """Whether a role's trust policy lets the service assume it on behalf of `source` in the role's own account.

    AWS: services say on whose behalf they act as aws:SourceAccount and, as an ARN, aws:SourceArn.
    """
    context = {"aws:SourceAccount": role.arn.split(":")[4], **({"aws:SourceArn": source} if source else {})}
    request = Request(action="sts:AssumeRole", principal=service, context=context)
    return allowed([read(role.assume_role_policy_document)], request)


def refuses(secret: Any, role_arn: str, action: str = READ) -> bool:
    """Whether the secret's own policy keeps the role out."""
    request = Request(action=action, resource=secret.arn, principal=role_arn, context=context_of(role_arn))
    return bool(secret.policy) and forbidden(read(secret.policy), request)


def context_of(principal_arn: str) -> dict[str, str]:
    """What IAM knows of whoever asks."""
    return {"aws:PrincipalArn": principal_arn, "aws:PrincipalAccount": principal_arn.split(":")[4]}
