"""`doctor --fix`: what `up` does not see is put right first, then `up` repairs the rest. Only what carries our tags."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from provision.doctor.diagnosis import Diagnosis
from provision.doctor.finding import Finding, Link
from provision.doctor.picture import Picture
from provision.engine.failures import refused
from provision.engine.loop import Done, Outcome, Waiting, until
from provision.engine.resource import Found, Resource
from provision.engine.seen import whole
from provision.errors import PatienceRanOut, ProvisionError
from provision.operations.doctor import doctor, own
from provision.operations.up import made
from provision.operations.work import Work
from provision.resources.rds import password, pending
from provision.resources.secretsmanager.secret import generated, insist_on_rest

SETTLING = 30.0
"""Seconds in which the function may go on saying what is mended already."""
PATIENCE = 120.0
"""Seconds in which a remedy's one call may be told to wait."""
Remedy = Callable[[Work, Found[Any], Picture], None]


def mendable(finding: Finding, picture: Picture) -> bool:
    """Whether `mend` can do something about it."""
    return picture.subject.ours and (finding.by_up or finding.id in REMEDIES)


def mend(work: Work, found: Diagnosis) -> Diagnosis:
    """Do what can be done, look again, and go on for as long as that shows something new: what is wrong may hide
    behind what was wrong before it. Returns the last look."""
    tried: set[str] = set()
    while fresh := [one for one in found.findings if mendable(one, found.picture) and one.id not in tried]:
        tried |= {one.id for one in fresh}
        _once(work, fresh, found.picture)
        found = _looked(work)
    return found


def _once(work: Work, findings: Sequence[Finding], picture: Picture) -> None:
    """What cannot be brought to an end is a warning: the next look says what is left."""
    try:
        for finding in findings:
            if finding.id in REMEDIES:
                _apply(work, finding, picture)
        made(work, proxy=False, ask_first=False)
    except ProvisionError as error:
        work.warn(f"{error.what} {error.why}".strip(), error.hint)


def _looked(work: Work) -> Diagnosis:
    """A function and a proxy take a moment until what was mended shows: what only they say is asked for again."""
    looks: list[Diagnosis] = []

    def move(_: Resource[Any]) -> Outcome:
        looks.append(doctor(work, own(work)))
        root = looks[-1].root
        passing = root is not None and root.link == Link.SYMPTOM and root.id not in REMEDIES
        return Waiting(root.what) if root is not None and passing else Done()

    with suppress(PatienceRanOut):
        until(work.run, work.everything()["function"], move, patience=SETTLING)
    return looks[-1]


def _apply(work: Work, finding: Finding, picture: Picture) -> None:
    key, remedy = REMEDIES[finding.id]
    step: Resource[Any] = work.everything()[key]

    def move(_: Resource[Any]) -> Outcome:
        with refused(work.run, step):
            there = whole(work.run, step)
            if there is not None:
                remedy(work, there, picture)
                work.run.changed.append((key, "update"))
        return Done()

    until(work.run, step, move, patience=PATIENCE)
    work.run.reads.forget()


def let_run(work: Work, function: Found[Any], picture: Picture) -> None:  # noqa: ARG001 - a remedy's signature
    work.run.send.awslambda.delete_function_concurrency(FunctionName=function.id)


def same_password(work: Work, database: Found[Any], picture: Picture) -> None:
    """The secret is what everybody reads, so the database follows it."""
    arn = picture.secret.arn if picture.secret else ""
    insist_on_rest(work.run, arn)
    _change(work, database.id, password.asked(database.seen, _value(work, arn)["password"]))


def rewrite(work: Work, secret: Found[Any], picture: Picture) -> None:  # noqa: ARG001 - a remedy's signature
    """What can be kept of it stays, the password above all; where that is lost the database gets a new one."""
    insist_on_rest(work.run, secret.id)
    settings = work.settings.database
    value = _value(work, secret.id)
    lost = not value.get("password")
    database = whole(work.run, work.everything()["database"]) if lost else None
    value |= {"engine": "postgres", "dbname": settings.name, "username": settings.username}
    if lost:
        value["password"] = generated(work.run)
    work.run.send.secretsmanager.put_secret_value(SecretId=secret.id, SecretString=json.dumps(value))
    if database is not None:
        _change(work, database.id, password.asked(database.seen, value["password"]))


def _change(work: Work, identifier: str, asked: Mapping[str, Any]) -> None:
    now = pending.at_once(asked)
    work.run.send.rds.modify_db_instance(DBInstanceIdentifier=identifier, ApplyImmediately=now, **asked)


def _value(work: Work, arn: str) -> dict[str, Any]:
    """The secret's JSON; empty where it is none. For the next call alone."""
    response = work.run.aws.secretsmanager.get_secret_value(SecretId=arn)
    try:
        value = json.loads(response.get("SecretString", ""))
    except ValueError:
        return {}
    return dict(value) if isinstance(value, dict) else {}


REMEDIES: Mapping[str, tuple[str, Remedy]] = {
    "function.stopped": ("function", let_run),
    "secret.content": ("secret", rewrite),
    "secret.user": ("secret", rewrite),
    "login.password": ("database", same_password),
}
"""By finding: the step that is changed, and how. Everything else is `up`'s."""
