"""Refusals that are about the caller, before any service looks at the call: credentials, permissions, throttling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from provision.aws.local.manners.permitted import own_action, requests, silent
from provision.aws.local.permissions import Document, allowed
from provision.aws.local.wire import CALLER, Answer, Call, Refusal

_JSON = frozenset({"lambda", "secretsmanager", "logs", "service-quotas"})
_FORBIDDEN = 403

# AWS: one action of an API may need the permission for others.
_ALSO: dict[str, tuple[str, ...]] = {
    "lambda:CreateFunction": ("iam:PassRole",),
    "rds:CreateDBProxy": ("iam:PassRole",),
    "rds:CreateDBInstance": ("iam:CreateServiceLinkedRole",),
}
_TAGS = {
    "ec2": "ec2:CreateTags",
    "rds": "rds:AddTagsToResource",
    "secretsmanager": "secretsmanager:TagResource",
    "iam": "iam:TagRole",
    "lambda": "lambda:TagResource",
    "logs": "logs:TagResource",
}


def expired(call: Call) -> Refusal:
    """AWS: `RequestExpired` (EC2), `ExpiredToken` (query protocol), `ExpiredTokenException` (JSON)."""
    if call.service == "ec2":
        return Refusal("RequestExpired", "Request has expired.", status=400)
    text = "The security token included in the request is expired"
    if call.service in _JSON:
        return Refusal("ExpiredTokenException", text, status=_FORBIDDEN if call.service == "lambda" else 400)
    return Refusal("ExpiredToken", text, status=_FORBIDDEN)


def check_allowed(call: Call, *, denied: Iterable[str], by_organization: Iterable[str]) -> None:
    """Raises what AWS answers to a caller who lacks one of the permissions that the call needs."""
    for action in _needed(call):
        if any(fnmatchcase(action, pattern) for pattern in by_organization):
            raise _denial(call, action, "with an explicit deny in a service control policy")
        if any(fnmatchcase(action, pattern) for pattern in denied):
            raise _denial(call, action, _because(action))


def check_permitted(call: Call, policy: Document) -> None:
    """Raises what AWS answers to a caller whose only policy does not allow all that the call needs."""
    for request in requests(call):
        if not allowed([policy], request):
            raise _denial(call, request.action, _because(request.action))


def withhold(call: Call, answer: Answer, policy: Document) -> Answer:
    """The answer without what the caller may not see, and with the reason. AWS: GetFunction's `TagsError`."""
    for request in silent(call):
        if not allowed([policy], request):
            refusal = _denial(call, request.action, _because(request.action))
            shown = {name: value for name, value in call.result(answer).items() if name != "Tags"}
            return call.answer({**shown, "TagsError": {"ErrorCode": refusal.code, "Message": refusal.message}})
    return answer


def _because(action: str) -> str:
    return f"because no identity-based policy allows the {action} action"


def _needed(call: Call) -> list[str]:
    tagging = [_TAGS[call.service]] if call.service in _TAGS and _tagged(call.params) else []
    return [own_action(call), *_ALSO.get(call.name, ()), *tagging]


def _tagged(params: Mapping[str, Any]) -> bool:
    return bool(params.get("TagSpecifications") or params.get("Tags") or params.get("tags"))


def _denial(call: Call, action: str, why: str) -> Refusal:
    text = f"User: {CALLER} is not authorized to perform: {action} on resource: * {why}"
    if call.service == "ec2":
        blob = "8vQmXyT0Zp4nRk1sWd7cLb2eHf9gJa6uNi3oMq5rSt"
        said = (
            f"You are not authorized to perform this operation. {text}. Encoded authorization failure message: {blob}"
        )
        return Refusal("UnauthorizedOperation", said, status=_FORBIDDEN)
    if call.service in _JSON:
        status = _FORBIDDEN if call.service == "lambda" else 400
        return Refusal("AccessDeniedException", text, status=status)
    return Refusal("AccessDenied", text, status=_FORBIDDEN)


def throttled(service: str) -> Refusal:
    """AWS: each service has its own code for one caller's too many calls."""
    if service == "ec2":
        return Refusal("RequestLimitExceeded", "Request limit exceeded.", status=503)
    if service == "lambda":
        return Refusal("TooManyRequestsException", "Rate exceeded", status=429, Reason="CallerRateLimitExceeded")
    if service == "service-quotas":
        return Refusal("TooManyRequestsException", "Rate exceeded", status=429)
    if service in {"secretsmanager", "logs"}:
        return Refusal("ThrottlingException", "Rate exceeded", status=400)
    return Refusal("Throttling", "Rate exceeded", status=400)


class Buckets:
    """A token bucket for each service, filled at the service's rate, with room for one second of it.

    Not safe with threads: its owner holds a lock.
    """

    def __init__(self, rate: float | Mapping[str, float]) -> None:
        self._rate = rate
        self._levels: dict[str, tuple[float, float]] = {}

    def take(self, service: str, now: float) -> bool:
        """Whether a call at `now` is within the service's rate."""
        rate = self._rate.get(service, 0.0) if isinstance(self._rate, Mapping) else self._rate
        if not rate:
            return True
        room = max(1.0, rate)
        level, filled = self._levels.get(service, (room, now))
        level = min(room, level + max(0.0, now - filled) * rate)
        if level < 1:
            self._levels[service] = (level, now)
            return False
        self._levels[service] = (level - 1, now)
        return True
