"""A permission that is missing: which action, and who has to allow it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from provision.errors import Denied

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

AGAIN = "then run the same command again."
OWN_NAMES = {"lambda:Invoke": "lambda:InvokeFunction"}
"""The operations that IAM calls otherwise than the API does."""
DECIDERS = (
    ("service control polic", "a service control policy of the organization", "the organization's administrator"),
    ("resource control polic", "a resource control policy of the organization", "the organization's administrator"),
    ("permissions boundary", "the permissions boundary of this identity", "whoever set the boundary"),
    ("session polic", "the policy of this session", "whoever issues the session"),
    ("VPC endpoint polic", "the policy of the VPC endpoint that the call goes through", "whoever runs that network"),
    ("resource-based polic", "the policy of the resource itself", "the resource's owner"),
    ("identity-based polic", "a policy of this identity", "the account's administrator"),
)
"""(part of AWS's text, the policy that decided, who can change it)."""
WITHOUT = {"ec2:CreateInternetGateway": 'Set network.egress = "endpoint", which needs no way to the internet. Or: '}
"""What can be had without an action that organizations like to deny."""
DEMANDS = (
    (
        "service control polic",
        ":(Create|Allocate)",
        " Where it demands tags, give them with [tags] in the settings, or --tag.",
    ),
    # AWS's own example denies nearly all to who has none (IAM User Guide, "Allows MFA-authenticated IAM users").
    ("identity-based polic", "", " Where it demands a one-time code (MFA), log in with one."),
)
"""(part of AWS's text, the actions, what such a policy often denies them for that the caller has at hand)."""
LACKED = {
    "iam:CreateRole": " Where the organization demands a permissions boundary, set iam.permissions_boundary to it."
}
"""What the request for an action may lack that a policy demands."""
KEYS = {
    "KMSAccessDeniedException": "kms:Decrypt",
    "KMSKeyNotAccessibleFault": "kms:CreateGrant",
}
"""Codes that name no action: what the service wanted of the key."""


def denied(error: ClientError, code: str, text: str, why: str) -> Denied:
    """The refusal as a sentence; `why` is AWS's text as it is to be quoted."""
    action, resource = _action(error, code, text), _resource(text)
    hint = _hint(action, resource, code, text) + LACKED.get(action, "") + _decoding(text)
    return Denied(what=f"The action {action} is not allowed.", why=why, hint=hint)


def without_blob(text: str) -> str:
    """EC2's text without the encoded message, which is as long as it is unreadable."""
    return re.sub(r"(?i)\s*encoded authorization failure message: \S+", "", text)


def refuses_permission(code: str, text: str) -> bool:
    """Whether it is a matter of permissions although the code says something else."""
    low = text.lower()
    if code == "AuthFailure":  # AWS: EC2 says it of bad credentials and, at times, of missing permissions
        return "not authorized" in low or "do not have permission" in low
    return "access has been denied by ec2" in low or of_linked_role(text)


def of_linked_role(text: str) -> bool:
    """Whether it is about the role that a service makes for itself, once for an account."""
    return re.search("service[- ]linked role", text.lower()) is not None


def _action(error: ClientError, code: str, text: str) -> str:
    """As AWS names it; else what was called, with its service's prefix, which `clients` notes on every answer."""
    named = re.search(r"perform: ([a-z0-9-]+:[A-Za-z0-9*]+)", text)
    if named:
        return named.group(1)
    if of_linked_role(text):
        return "iam:CreateServiceLinkedRole"
    if code in KEYS:
        return KEYS[code]
    wanted = re.search(r"permissions? to (?:call )?([A-Z][A-Za-z]+)", text)
    if wanted:  # AWS: Lambda looks at subnets and groups in the caller's name
        return f"ec2:{wanted.group(1)}"
    if code == "EC2AccessDeniedException":
        return "ec2:CreateNetworkInterface"
    service = str(error.response.get("ResponseMetadata", {}).get("Service", "")) or _guessed(error, code)
    action = f"{service}:{error.operation_name}" if service else error.operation_name
    return OWN_NAMES.get(action, action)


def _guessed(error: ClientError, code: str) -> str:
    """For answers that no client of ours got: botocore's own call for a role, and codes that only EC2 has."""
    if error.operation_name.startswith("AssumeRole"):
        return "sts"
    return "ec2" if code in ("UnauthorizedOperation", "AuthFailure") else ""


def _resource(text: str) -> str:
    named = re.search(r"on resource: (\S+)", text)
    return named.group(1).rstrip(".,") if named else ""


def _hint(action: str, resource: str, code: str, text: str) -> str:
    if action == "iam:CreateServiceLinkedRole":
        return f"Allow {action} for rds.amazonaws.com, which AWS needs once per account, {AGAIN}"
    if code in ("EC2AccessDeniedException", "KMSAccessDeniedException"):
        return f"Allow {action} to the function's role (`up` restores the role's own policy), {AGAIN}"
    _, policy, who = next((one for one in DECIDERS if one[0].lower() in text.lower()), DECIDERS[-1])
    if "explicit deny" in text.lower():
        low = text.lower()
        without = WITHOUT.get(action, "")
        demands = "".join(one for part, on, one in DEMANDS if part in low and re.search(on, action))
        denies = f"{policy} denies {action} explicitly, and allowing it elsewhere does not help."
        return f"{without}Ask {who}: {denies}{demands}"
    on = f" on {resource}" if resource else ""
    where = "to this identity" if policy == DECIDERS[-1][1] else f"in {policy}"
    return f"Allow the action {action}{on} {where}, {AGAIN}"


def _decoding(text: str) -> str:
    blob = re.search(r"(?i)encoded authorization failure message: (\S+)", text)
    if blob is None or "perform: " in text:
        return ""
    return f" AWS tells which statement decided: aws sts decode-authorization-message --encoded-message {blob.group(1)}"
