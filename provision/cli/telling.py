"""A command's result on stdout: text for people, one JSON document for scripts."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from provision.cli.globals import About
from provision.ui import report
from provision.ui.words import terminal_width

if TYPE_CHECKING:
    from provision.aws.invoke import Answer
    from provision.cli.pricing import Told
    from provision.cli.session import Session


def width() -> int | None:
    """The terminal's columns; None for a pipe, where nothing is shortened."""
    return terminal_width(sys.stdout)


def tell(session: Session, text: str, **document: Any) -> None:
    """`text`, or a JSON document of `document`, goes to stdout at the session's end."""
    session.result = json_document(session.asked.about, **document) if session.asked.json else text


def json_document(about: About, **more: Any) -> str:
    """Every document says what it is about first."""
    return json.dumps({**asdict(about), **more}, indent=2)


def result(session: Session, answer: Answer | None, *, proxy: bool, cost: Told | None = None) -> None:
    """How a command that changed things ends: what changed, what there is, what the function answered, the cost."""
    from provision.operations.looking import known_outputs, known_resources

    run = session.work.run
    resources = [
        {"key": known.step.key, "kind": known.step.kind, "id": known.found.id, **dict(known.attrs)}
        for known in known_resources(session.work, proxy=proxy)
    ]
    parts = [report.changed(run.changed)]
    if answer is not None:
        parts += ["The function answered:", report.answer(answer.payload)]
    document: dict[str, Any] = {
        "changed": [{"key": key, "verb": verb} for key, verb in run.changed],
        "resources": resources,
        "outputs": known_outputs(session.work),
    }
    if answer is not None:
        document["response"] = answer.payload
    if cost is not None:
        parts += ["", cost.text]
        document["cost"] = cost.document
    tell(session, "\n".join(parts), **document)
