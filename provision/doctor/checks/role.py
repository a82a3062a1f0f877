"""The function's role: whether Lambda can take it, and what it may do, its policies evaluated as AWS would."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from provision.doctor.checks.endpoint import from_where
from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture, Role
from provision.doctor.policy import READ, Verdict, evaluate, statements, takes, trusts

LAMBDA = "lambda.amazonaws.com"
INTERFACES = ("ec2:CreateNetworkInterface", "ec2:DescribeNetworkInterfaces", "ec2:DeleteNetworkInterface")


def own(picture: Picture) -> Role | None:
    return picture.roles.get(picture.function.role) if picture.function else None


@check
def missing(picture: Picture) -> Iterator[Finding]:
    function = picture.function
    if function is None or own(picture) is not None:
        return
    yield Finding(
        id="role.missing",
        link=Link.ROLE,
        what="The function's role is gone.",
        evidence=f"IAM knows no {function.role}.",
        command="provision up",
        by_up=True,
    )


@check
def trust(picture: Picture) -> Iterator[Finding]:
    role = own(picture)
    context = {"aws:sourceaccount": picture.account}
    if role is not None and not trusts(role, LAMBDA, context):
        yield Finding(
            id="role.trust",
            link=Link.ROLE,
            what="Lambda may not take the function's role.",
            evidence=f"The trust policy of {role.name} does not let {LAMBDA} assume it.",
            command=trusting(role, LAMBDA, picture.account),
            by_up=True,
        )


@check
def interfaces(picture: Picture) -> Iterator[Finding]:
    """AWS: interfaces that are there go on working; the next time some are made or reclaimed, the function fails."""
    role = own(picture)
    if role is None or not (picture.function and picture.function.subnets):
        return
    some = f"arn:{role.partition}:ec2:{picture.region}:{picture.account}:network-interface/eni-0"
    verdicts = [evaluate(role, action, "*" if ":Describe" in action else some, {}) for action in INTERFACES]
    refused = next((verdict for verdict in verdicts if not verdict.allowed), None)
    if refused:
        yield Finding(
            id="role.interfaces",
            link=Link.ROLE,
            severity=Severity.risks,
            what="The function's role may not make the network interfaces that the function needs in the VPC.",
            evidence=f"{refused.sentence}.",
            command=f"aws iam attach-role-policy --role-name {role.name} "
            f"--policy-arn {_managed(role, 'AWSLambdaVPCAccessExecutionRole')}",
            by_up=True,
        )


@check
def secret(picture: Picture) -> Iterator[Finding]:
    role, arn = own(picture), picture.secret.arn if picture.secret else ""
    if role is None or not arn or picture.secret is None or picture.secret.deleting:
        return
    context: dict[str, str | None] = {"aws:principalaccount": picture.account, "aws:requestedregion": picture.region}
    context |= {"aws:principalarn": role.arn, "secretsmanager:secretid": arn, **from_where(picture)}
    verdict = evaluate(role, READ, arn, context, own=picture.secret.policy)
    if not verdict.allowed:
        advice = widening(picture, verdict)
        yield Finding(
            id="secret.denied",
            link=Link.SECRET,
            what="The function's role may not read the secret.",
            evidence=f"{verdict.sentence} on {arn}.",
            command="" if advice else reading(role, verdict, arn),
            advice=advice,
            by_up=not verdict.added,
        )


def trusting(role: Role, service: str, account: str) -> str:
    """The command that lets a service of AWS take a role on behalf of this account, beside whoever else may."""
    allow: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    allow |= {"Condition": {"StringEquals": {"aws:SourceAccount": account}}}
    others = [one for one in statements(role.trust) if not takes(one, service)]
    document = _document(*others, allow)
    return f"aws iam update-assume-role-policy --role-name {role.name} --policy-document '{document}'"


def reading(role: Role, verdict: Verdict, arn: str) -> str:
    """The command that lets a role read a secret, by what keeps it from that."""
    named = f"--role-name {role.name}"
    if verdict.denied_by.startswith("arn:"):
        return f"aws iam detach-role-policy {named} --policy-arn {verdict.denied_by}"
    if verdict.denied_by:
        return f"aws iam delete-role-policy {named} --policy-name {verdict.denied_by}"
    if "boundary" in verdict.why:
        return f"aws iam delete-role-permissions-boundary {named}"
    if "resource's own" in verdict.why:
        return f"aws secretsmanager delete-resource-policy --secret-id {arn}"
    allow = {"Effect": "Allow", "Action": READ, "Resource": arn}
    return f"aws iam put-role-policy {named} --policy-name read-the-secret --policy-document '{_document(allow)}'"


def widening(picture: Picture, verdict: Verdict) -> str:
    """The advice where a boundary decided that the settings want: `up` would put it back. Else empty."""
    boundary = picture.subject.boundary
    return f"Let {boundary} allow {READ} on the secret." if boundary and "boundary" in verdict.why else ""


def _document(*statement: Mapping[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statement}, separators=(",", ":"))


@check
def key(picture: Picture) -> Iterator[Finding]:
    role, failed = own(picture), picture.probe.failed
    if role is None or picture.probe.works:
        return
    said = failed is not None and failed.name == "secret" and "kms" in failed.text.lower()
    yield from keyless(
        picture, role, "secret.key", Link.SECRET, "function", Severity.blocks if said else Severity.risks
    )


def keyless(
    picture: Picture,
    role: Role,
    id: str,  # noqa: A002 - its name
    link: Link,
    whose: str,
    severity: Severity,
) -> Iterator[Finding]:
    """AWS: a secret under a key of one's own wants that key, too, whose policy may allow it and is not seen."""
    secret = picture.secret
    if secret is None or ":key/" not in secret.key:
        return
    verdict = evaluate(role, "kms:Decrypt", secret.key, {"aws:principalarn": role.arn})
    if not verdict.allowed:
        yield Finding(
            id=id,
            link=link,
            severity=severity,
            what=f"The {whose}'s role may not use the key that the secret is encrypted with, unless the key says so.",
            evidence=f"{verdict.sentence} on {secret.key}.",
            command=f"aws kms create-grant --key-id {secret.key} --grantee-principal {role.arn} --operations Decrypt",
        )


@check
def logs(picture: Picture) -> Iterator[Finding]:
    role, function = own(picture), picture.function
    if role is None or function is None:
        return
    logs = f"arn:{role.partition}:logs:{picture.region}:{picture.account}"
    group = f"{logs}:log-group:{function.logs}:log-stream:x"
    verdict = evaluate(role, "logs:PutLogEvents", group, {})
    if not verdict.allowed:
        yield Finding(
            id="role.logs",
            link=Link.ROLE,
            severity=Severity.risks,
            what="The function's role may not write its log, so that what goes wrong is not seen.",
            evidence=f"{verdict.sentence}.",
            command=f"aws iam attach-role-policy --role-name {role.name} "
            f"--policy-arn {_managed(role, 'AWSLambdaBasicExecutionRole')}",
            by_up=True,
        )


def _managed(role: Role, policy: str) -> str:
    """The ARN of one of AWS's own policies for Lambda, in the role's partition."""
    return f"arn:{role.partition}:iam::aws:policy/service-role/{policy}"
