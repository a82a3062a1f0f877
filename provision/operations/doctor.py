"""`doctor`: why the function cannot reach the database. Read only."""

from __future__ import annotations

from dataclasses import replace

from provision.doctor.asking import ask
from provision.doctor.diagnosis import Diagnosis, diagnose
from provision.doctor.gather import gather
from provision.doctor.picture import Subject
from provision.operations.work import Work
from provision.resources.awslambda.function import Function

LONGEST = 60.0
"""Seconds that the probe may take; every step of it gives up after five, reading the secret after sixteen."""


def doctor(work: Work, subject: Subject) -> Diagnosis:
    """Look at the account, ask the function, and say what is wrong."""
    work.note("Looking at the way from the function to the database.")
    picture = gather(work.run, subject)
    if picture.function is not None and picture.function.tagged:
        work.note("Asking the function itself.")
    return diagnose(replace(picture, probe=ask(work.invoking(LONGEST), picture)))


def own(work: Work) -> Subject:
    """This stack's function and database."""
    names, settings = work.names, work.settings
    return Subject(
        function=names.function,
        database=names.database,
        ours=True,
        secret=names.secret,
        rotation=names.rotation,
        proxy=names.proxy if work.has_proxy() else "",
        username=settings.database.username,
        handler=Function.handler,
        boundary=settings.iam.permissions_boundary,
        groups={part: names.group(part) for part in ("function", "proxy", "database")},
    )


def subject(work: Work, function: str, database: str) -> Subject:
    """Those two, which may be this stack's own."""
    mine = own(work)
    if (function, database) in ((mine.function, mine.database), ("", "")):
        return mine
    return Subject(function=function, database=database, ours=False)
