"""The secret: that it is there, can be read, and holds what opens the database."""

from __future__ import annotations

import re
from collections.abc import Iterator

from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture, Secret

NEEDED = ("username", "password")
FILE = "secret.json holds what the secret is to hold, username and password among it; delete the file afterwards."


@check
def missing(picture: Picture) -> Iterator[Finding]:
    name = picture.secret_arn or picture.subject.secret
    named = re.match("arn:[^:]*:secretsmanager:([^:]+):", name)
    region = named[1] if named else picture.region
    if picture.secret is None and region != picture.region and not picture.subject.ours:
        yield Finding(
            id="secret.elsewhere",
            link=Link.SECRET,
            severity=Severity.risks,
            what="The secret that the function is told of is in another Region, so nothing is said of it.",
            evidence=f"{name} is in {region}, the function in {picture.region}.",
            advice=f"Ask there: `aws secretsmanager describe-secret --region {region} --secret-id {name}`.",
        )
    elif picture.secret is None and name:
        yield Finding(
            id="secret.missing",
            link=Link.SECRET,
            what="The secret that the function reads is gone.",
            evidence=f"Secrets Manager knows no {name}.",
            command="provision up",
            by_up=True,
        )


@check
def deleting(picture: Picture) -> Iterator[Finding]:
    secret = picture.secret
    if secret is not None and secret.deleting:
        yield Finding(
            id="secret.deleting",
            link=Link.SECRET,
            what="The secret is scheduled for deletion and cannot be read.",
            evidence=f"{secret.name} was deleted on {secret.deleting} and waits for the end of its recovery window.",
            command=f"aws secretsmanager restore-secret --secret-id {secret.name}",
            by_up=True,
        )


@check
def locked(picture: Picture) -> Iterator[Finding]:
    secret = picture.secret
    if secret is not None and secret.locked:
        yield Finding(
            id="secret.locked",
            link=Link.SECRET,
            what="The key that the secret is encrypted with cannot be used by anybody.",
            evidence=secret.locked,
            command=f"aws kms enable-key --key-id {secret.key}" if secret.key else "",
            advice="For one that waits for its deletion, first `aws kms cancel-key-deletion` with the same key.",
        )


@check
def content(picture: Picture) -> Iterator[Finding]:
    secret = picture.secret
    if secret is None or not secret.readable:
        return
    if not secret.current:
        yield Finding(
            id="secret.empty",
            link=Link.SECRET,
            what="The secret has no value.",
            evidence=f"{secret.name} has no version AWSCURRENT.",
            command=_put(secret),
            advice=FILE,
            by_up=True,
        )
        return
    lacking = [key for key in NEEDED if secret.keys is not None and key not in secret.keys]
    proxy = picture.proxy if picture.via_proxy else None
    needed = picture.subject.ours or (proxy is not None and secret.arn in {one.secret for one in proxy.auth})
    if secret.keys is None or lacking:
        why = f"it lacks {' and '.join(lacking)}" if lacking else "it is not a JSON object"
        yield Finding(
            id="secret.content",
            link=Link.SECRET,
            severity=Severity.blocks if needed else Severity.risks,  # their code may want no more than it holds
            what="The secret does not hold what the function and RDS Proxy look for.",
            evidence=f"{secret.name}: {why}. Both want JSON with the keys username and password.",
            command=_put(secret),
            advice=FILE,
        )


@check
def user(picture: Picture) -> Iterator[Finding]:
    """A user may have been made by hand, so a call that got through is right."""
    secret, wanted = picture.secret, picture.subject.username
    have = secret.facts.get("username", "") if secret else ""
    if secret is None or not wanted or not have or have == wanted or picture.probe.works:
        return
    yield Finding(
        id="secret.user",
        link=Link.SECRET,
        what="The secret names a user that this database was not made with.",
        evidence=f"{secret.name} says {have}; the database's user is {wanted}.",
        command=_put(secret),
        advice=FILE,
    )


@check
def place(picture: Picture) -> Iterator[Finding]:
    """AWS: rotation goes by the secret's host; the function and the proxy do not."""
    secret, database = picture.secret, picture.database
    if secret is None or database is None or not database.address:
        return
    host = secret.facts.get("host", "")
    if host and host != database.address:
        yield Finding(
            id="secret.host",
            link=Link.SECRET,
            severity=Severity.risks,
            what="The secret names another host than the database's, so that a rotation would go there.",
            evidence=f"{secret.name} says {host}; the database is at {database.address}.",
            command=_put(secret),
            advice=FILE,
            by_up=True,
        )


@check
def rotation(picture: Picture) -> Iterator[Finding]:
    """Until it ends, the database may have the pending version's password already."""
    secret = picture.secret
    if secret is None or not secret.pending:
        return
    function = secret.rotated_by
    said = f"What {function} said is in /aws/lambda/{function}"
    shown = f"{said}: `provision logs --rotation --since 1d`" if function == picture.subject.rotation else said
    again = f"Secrets Manager tries again by itself. {shown}. Nothing is there where Lambda may not run it."
    nobody = "Nothing rotates it any more. Take the label away once the function is seen to reach the database."
    stage = f"aws secretsmanager update-secret-version-stage --secret-id {secret.name} --version-stage AWSPENDING"
    yield Finding(
        id="secret.rotation",
        link=Link.SECRET,
        severity=Severity.risks,
        what="A rotation of the password has begun and not ended.",
        evidence=f"{secret.name}: the version {secret.pending} is labelled AWSPENDING, and another one is current.",
        command="" if function else f"{stage} --remove-from-version-id {secret.pending}",
        advice=again if function else nobody,
    )


def _put(secret: Secret) -> str:
    """The command that `FILE` goes with."""
    return f"aws secretsmanager put-secret-value --secret-id {secret.name} --secret-string file://secret.json"
