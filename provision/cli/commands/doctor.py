"""`doctor`."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import typer

from provision.cli import output
from provision.cli.globals import NAME, STATE_DIR, Globals
from provision.cli.session import Session, opened
from provision.errors import BadUsage, ProvisionError
from provision.ui import diagnosis as page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from provision.doctor.diagnosis import Diagnosis
    from provision.doctor.finding import Finding

BLOCKED, UNSEEN = 5, 3
NOT_OURS = "Make it again as it was: provision changes nothing that it did not make."


def doctor(
    ctx: typer.Context,
    *,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is this stack's own, after showing it.")] = False,
    function: Annotated[
        str, typer.Option(metavar="NAME", help="A function that provision did not make.", show_default=False)
    ] = "",
    db: Annotated[
        str, typer.Option(metavar="IDENTIFIER", help="The DB instance that it is to reach.", show_default=False)
    ] = "",
) -> None:
    """Say why the function cannot reach the database, the root cause first, and how to mend it.

    Looks at the account along the whole way, then asks the function itself. Exits with 5 when something blocks, with 3
    when it may not look everywhere. Nothing is changed without --fix. What stands in capitals in a command is yours to
    fill in.

    Example: provision doctor
    """
    if bool(function) != bool(db):
        raise BadUsage(
            what="--function and --db belong together.",
            hint="Give both for a function that provision did not make, or neither for this stack.",
        )
    asked: Globals = ctx.obj
    with opened(asked, "doctor", changes=fix) as session:
        from provision.operations import doctor as operation

        found = operation.doctor(session.work, operation.subject(session.work, function, db))
        _insist_on_something(session, found)
        if fix and _worth_mending(session, found):
            found = _mended(session, found)
        _tell(session, found, _outcome(session, found) if fix and asked.json else {})
    _leave(found)


def _insist_on_something(session: Session, found: Diagnosis) -> None:
    """To make a whole stack is `up`'s, which says first what that costs and asks whether it can work."""
    picture, run = found.picture, session.work.run
    if picture.subject.ours and not (picture.function or picture.database or picture.unseen or run.ledger.rows()):
        raise BadUsage(
            what=f"The stack {run.stack.name} has neither a function nor a database here.",
            hint="`up` makes them.",
        )


def _worth_mending(session: Session, found: Diagnosis) -> bool:
    from provision.operations.mending import mendable

    if not found.picture.subject.ours:
        session.work.warn("--fix changes nothing that provision did not make.", "The commands below are yours to run.")
    return any(mendable(one, found.picture) for one in found.findings)


def _mended(session: Session, found: Diagnosis) -> Diagnosis:
    """What was found is shown before anything is changed."""
    from provision.doctor.finding import Link
    from provision.operations.mending import mend, mendable

    shown = [one for one in found.findings if one is found.root or one.link != Link.SYMPTOM]
    for one in shown:
        for_you = "" if mendable(one, found.picture) else _for_you(_row(session, found, one))
        session.work.warn(one.what, f"{one.evidence}{for_you}")
    session.work.note("Mending what is this stack's own.")
    return mend(session.work, found)


def _for_you(row: page.FindingRow) -> str:
    commands = "".join(f" `{one}`." for one in row.mend)
    return f" For you:{commands} {row.advice}".rstrip()


def _outcome(session: Session, found: Diagnosis) -> dict[str, Any]:
    """Also of what was well already, which nobody has looked at then."""
    from provision.engine.survey import survey

    work = session.work
    if found.picture.subject.ours:
        try:
            survey(work.run, list(work.wanted(proxy=work.has_proxy())))
        except ProvisionError as error:  # what was found and mended is told all the same
            work.warn(error.what, error.hint)
    return output.outcome(session, proxy=True)


def _tell(session: Session, found: Diagnosis, outcome: Mapping[str, Any]) -> None:
    picture = found.picture
    root = _row(session, found, found.root) if found.root else None
    lesser = [_row(session, found, one) for one in found.lesser]
    way = [page.LinkRow(link=link.words, state=str(worst or "ok")) for link, worst in found.links]
    steps = [
        page.StepRow(name=one.name, ok=one.ok, ms=one.ms, text="" if one.ok else f"{one.error}: {one.text}")
        for one in picture.probe.steps
    ]
    text = page.diagnosis(
        function=picture.subject.function,
        database=picture.subject.database,
        root=root,
        lesser=lesser,
        way=way,
        steps=steps,
        unasked=picture.probe.unasked or picture.probe.failure,
        width=output.width(),
    )
    output.tell(
        session,
        text,
        healthy=root is None,
        root=_document(root) if root else None,
        findings=[_document(one) for one in lesser],
        way=[vars(one) for one in way],
        probe={"steps": [vars(one) for one in steps], "unasked": picture.probe.unasked},
        **{"changed": output.changes(session.work.run), **outcome},
    )


def _document(row: page.FindingRow) -> dict[str, Any]:
    return {**vars(row), "mend": list(row.mend)}


def _row(session: Session, found: Diagnosis, finding: Finding) -> page.FindingRow:
    theirs = finding.command.startswith("provision ") and not found.picture.subject.ours
    return page.FindingRow(
        id=finding.id,
        severity=str(finding.severity),
        link=finding.link.words,
        what=finding.what,
        evidence=finding.evidence,
        mend=tuple(_commands(session, found, finding)),
        advice=NOT_OURS if theirs else finding.advice,
    )


def _commands(session: Session, found: Diagnosis, finding: Finding) -> list[str]:
    """Our own command where it can do it, then AWS's, both as they are typed for this account, stack and settings."""
    from provision.operations.mending import mendable

    asked, run = session.asked, session.work.run
    region = run.stack.region
    here = run.aws.ec2.meta.endpoint_url if asked.local else ""
    profile = "" if asked.local else asked.profile or ""
    own = _said(
        ("--target", "" if asked.local else "aws"),
        ("--region", region if asked.region else ""),
        ("--profile", profile),
        ("--name", asked.name if asked.name != NAME else ""),
        ("--state-dir", str(asked.state_dir) if asked.state_dir != STATE_DIR else ""),
        ("--config", str(asked.config or "")),
        *(("--tag", tag) for tag in asked.tags),
    )
    aws = _said(("--region", region), ("--profile", profile), ("--endpoint-url", here))
    commands = [f"provision{own} doctor --fix"] if mendable(finding, found.picture) else []
    if finding.command.startswith("aws "):
        commands.append(f"aws{aws}{finding.command.removeprefix('aws')}")
    elif finding.command and found.picture.subject.ours:
        commands.append(f"provision{own}{finding.command.removeprefix('provision')}")
    return commands


def _said(*options: tuple[str, str]) -> str:
    """Those that have a value, for a shell."""
    return "".join(f" {option} {shlex.quote(value)}" for option, value in options if value)


def _leave(found: Diagnosis) -> None:
    if found.root is not None:
        raise typer.Exit(BLOCKED)
    if any(one.severity == "unseen" for one in found.findings):
        raise typer.Exit(UNSEEN)
