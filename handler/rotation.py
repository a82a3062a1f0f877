# ruff: noqa: INP001 -- the root of a zip is no package
"""The rotation function: gives the database's user a new password, in the four steps of Secrets Manager.

Secrets Manager calls them in turn with the id of the secret's pending version (the token), and after a failure all of
them anew with the same one. So each asks first what is done already, and changes one thing at most. Of a rotation that
is only tested (RotateImmediately=false) testSecret alone is called, with a version that holds the present value.
"""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from typing import Any

import psycopg2
from ask import ask  # type: ignore[import-not-found]  # beside this file at the root of the zip
from configuration import BadConfiguration, variable  # type: ignore[import-not-found]  # likewise
from connecting import Place, connect  # type: ignore[import-not-found]  # likewise
from credentials import Credentials, credentials  # type: ignore[import-not-found]  # likewise
from psycopg2 import sql
from psycopg2.extensions import encrypt_password
from refusals import is_refusal  # type: ignore[import-not-found]  # likewise
from versions import CURRENT, PENDING, PREVIOUS, Versions  # type: ignore[import-not-found]  # likewise

LOG = logging.getLogger(__name__)
LOG.setLevel(logging.INFO)  # Lambda's own is WARNING


class Refused(Exception):
    """What was asked for is no step of a rotation of this secret, or cannot be done; says why, and never a value."""


def handler(event: Any, context: Any) -> None:  # noqa: ARG001 -- Lambda's signature
    """One step. Raises what went wrong, so that Secrets Manager tries again and Lambda reports it."""
    arn = variable("DB_SECRET_ARN")
    step, token = _told(event, arn)
    versions = Versions(arn)
    labels = versions.labels(token)
    if CURRENT in labels:
        done = "is the current one already"
    elif PENDING in labels:
        done = STEPS[step](versions, token)
    else:
        raise Refused(f"the token is no version of the secret that is labelled {PENDING}")
    LOG.info("%s: version %s %s", step, token, done)


def _told(event: Any, arn: str) -> tuple[str, str]:
    given = event if isinstance(event, dict) else {}
    step, token = given.get("Step"), given.get("ClientRequestToken")
    if not isinstance(step, str) or step not in STEPS:
        raise Refused(f"the event has no Step of a rotation: {', '.join(STEPS)}")
    if given.get("SecretId") != arn:
        raise Refused("the event's SecretId is not the secret that this function rotates")
    if not isinstance(token, str):
        raise Refused("the event has no ClientRequestToken")
    return step, token


def _create(versions: Any, token: str) -> str:
    if versions.has_value(token):
        return "has a password already"
    content = versions.content(versions.labelled(CURRENT))
    versions.fill(token, content | {"password": versions.new_password()})
    return "has a new password"


def _set(versions: Any, token: str) -> str:
    place, pending, current = _both(versions, token)
    link = _log_in(place, pending)
    if link:
        link.close()
        return "opens the database already"
    for password in (current.password, *_previous(versions, current.user)):
        link = _log_in(place, replace(current, password=password))
        if link:
            with closing(link):
                _change(link, pending)
            return "opens the database from now on"
    raise Refused(f"the database takes the password of no version: {PENDING}, {CURRENT} or {PREVIOUS}")


def _test(versions: Any, token: str) -> str:
    place, pending, _ = _both(versions, token)
    with closing(connect(place, pending)) as link:
        ask(link, "SELECT 1")
    return "was tried and opens the database"


def _finish(versions: Any, token: str) -> str:
    versions.promote(token)
    return "is the current one from now on"


STEPS = {"createSecret": _create, "setSecret": _set, "testSecret": _test, "finishSecret": _finish}


def _both(versions: Any, token: str) -> tuple[Place, Credentials, Credentials]:
    """Where the database is, and who to be there by the pending and by the current version.

    Whoever may write a pending version must not choose where, or as whose, a password is shown.
    """
    content = versions.content(versions.labelled(CURRENT))
    pending, current = credentials(versions.content(token)), credentials(content)
    if (pending.user, pending.place()) != (current.user, current.place()):
        raise Refused(
            f"the {PENDING} version has another username, host or port than the {CURRENT} one; unless the database "
            f"takes its password already, take the label {PENDING} from it and rotate again"
        )
    # AWS's rotation functions, too, take a secret without dbname to mean this database.
    return Place(*current.place(), str(content.get("dbname") or "postgres")), pending, current


def _previous(versions: Any, user: str) -> list[str]:
    """The password before the current one: the database has it where it was restored, or a label moved by hand."""
    version = versions.labelled(PREVIOUS)
    try:
        before = credentials(versions.content(version))
    except BadConfiguration:
        return []
    return [before.password] if before.user == user else []


def _log_in(place: Place, who: Credentials) -> Any:
    """A connection, None where the password is refused."""
    try:
        return connect(place, who)
    except psycopg2.OperationalError as error:
        if not is_refusal(error):
            raise
        return None


def _change(link: Any, who: Credentials) -> None:
    """The statement carries what the server is to keep, never the password: PostgreSQL may log statements."""
    verifier = encrypt_password(who.password, who.user, scope=link)
    statement = sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(who.user), sql.Literal(verifier))
    try:
        with link.cursor() as cursor:
            cursor.execute(statement)
    except psycopg2.Error as error:
        # The rest of the message could quote the statement.
        raise Refused(f"the database did not change the password: {error.diag.message_primary or error}") from None
