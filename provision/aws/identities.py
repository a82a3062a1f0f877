"""Credentials that AWS does not take, or does not give out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.errors import NoCredentials

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

LENDING = frozenset(
    {
        "AssumeRole",
        "AssumeRoleWithSAML",
        "AssumeRoleWithWebIdentity",
        "CreateOAuth2Token",
        "CreateToken",
        "GetRoleCredentials",
    }
)
"""By these botocore gets credentials, in the middle of any other call: what is refused there, or not found, is the
AWS profile's and not what was called for."""
_PROFILE = (
    "Check account, role and duration_seconds of the AWS profile. With IAM Identity Center the role is the name of a "
    "permission set that was given to you; a role that is taken by way of another one lasts an hour at most."
)
_KEYS = "Check the access key, the secret key, this machine's clock, and that the account has the Region enabled."
_WITHOUT_CODE = (
    "IAM takes no session of GetSessionToken without a one-time code, such as aws-vault makes, and none of "
    "GetFederationToken: give the profile an mfa_serial, take a role, or use the key itself. Else check the access "
    "key, the secret key and this machine's clock."
)


def not_accepted(error: ClientError, code: str, said: str) -> NoCredentials:
    """The sentence for credentials that AWS does not know; `said` is its text as it is to be quoted."""
    # AWS: every other service takes such a session (STS API reference, GetSessionToken, GetFederationToken).
    by_iam = code == "InvalidClientTokenId" and error.response.get("ResponseMetadata", {}).get("Service") == "iam"
    hint = _WITHOUT_CODE if by_iam else _KEYS
    return NoCredentials(what="AWS does not accept these credentials.", why=said, hint=hint)


def not_lent(said: str) -> NoCredentials:
    """The sentence where one of the `LENDING` calls is refused for whatever other reason."""
    return NoCredentials(what="AWS gives out no credentials for the profile.", why=said, hint=_PROFILE)
