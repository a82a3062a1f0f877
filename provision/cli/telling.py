"""A command's result on stdout: text for people, one JSON document for scripts."""

from __future__ import annotations

import json
import os
import sys
from typing import TYPE_CHECKING, Any

from provision.ui import report

if TYPE_CHECKING:
    from provision.aws.invoke import Answer
    from provision.cli.session import Session


def width() -> int | None:
    """stdout's columns; None for a pipe, where nothing is shortened."""
    if not sys.stdout.isatty():
        return None
    try:
        return os.get_terminal_size(sys.stdout.fileno()).columns or 80
    except OSError:
        return 80


def tell(session: Session, text: str, **document: Any) -> None:
    """`text`, or the session's document with `document` in it."""
    told = json.dumps(session.document(**document), indent=2) if session.asked.json else text
    sys.stdout.write(told.rstrip("\n") + "\n")
    sys.stdout.flush()


def result(session: Session, answer: Answer | None, *, proxy: bool) -> None:
    """How a command that changed things ends: what changed, what there is, what the function answered."""
    from provision.operations.looking import known_outputs, known_resources

    run = session.work.run
    resources = [
        {"key": known.step.key, "kind": known.step.kind, "id": known.found.id, **dict(known.attrs)}
        for known in known_resources(session.work, proxy=proxy)
    ]
    parts = [report.changed(run.changed)]
    if answer is not None:
        parts += ["", "The function answered:", report.answer(answer.payload)]
    document: dict[str, Any] = {
        "changed": [{"key": key, "verb": verb} for key, verb in run.changed],
        "resources": resources,
        "outputs": known_outputs(session.work),
    }
    if answer is not None:
        document["response"] = answer.payload
    tell(session, "\n".join(parts), **document)
