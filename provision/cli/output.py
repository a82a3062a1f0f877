"""A command's result on stdout: text for people, one JSON document for scripts."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from provision.cli.globals import About, Globals
from provision.ui import report
from provision.ui.words import say, terminal_width, wrap

if TYPE_CHECKING:
    from provision.aws.invoke import Answer
    from provision.cli.pricing import Priced
    from provision.cli.session import Session
    from provision.engine.run import Run

NOTHING: Mapping[str, Any] = {"changed": [], "resources": [], "outputs": {}}
"""What a command that changes things has done before it began."""


def width() -> int | None:
    """The terminal's columns; None for a pipe, where nothing is shortened."""
    return terminal_width(sys.stdout)


def tell(session: Session, text: str, **document: Any) -> None:
    """`text`, or a JSON document of `document`, goes to stdout at the session's end."""
    session.result = _either(session.asked, text, document)


def show(asked: Globals, text: str, **document: Any) -> None:
    """The same at once, for a command without a session."""
    say(sys.stdout, _either(asked, text, document))


def _either(asked: Globals, text: str, document: Mapping[str, Any]) -> str:
    return json_document(asked.about, **document) if asked.json else text


def changes(run: Run) -> list[dict[str, str]]:
    """What a run did, as every document has it."""
    return [{"key": key, "verb": verb} for key, verb in run.changed]


def outcome(session: Session, *, proxy: bool) -> dict[str, Any]:
    """What a run did, and what of the stack it knows to be there now."""
    from provision.operations.looking import known_outputs, known_resources

    resources = [
        {"key": known.step.key, "kind": known.step.kind, "id": known.found.id, **known.found.attrs}
        for known in known_resources(session.work, proxy=proxy)
    ]
    run = session.work.run
    return {"changed": changes(run), "resources": resources, "outputs": known_outputs(session.work)}


def json_document(about: About, **more: Any) -> str:
    """Every document says what it is about first."""
    return json.dumps({**about.heading, **more}, indent=2)


def result(session: Session, answer: Answer | None, *, proxy: bool, cost: Priced | None = None) -> None:
    """How a command that changed things ends: what changed, what there is, what the function answered, the cost."""
    parts = [report.changed(session.work.run.changed)]
    if answer is not None:
        parts += ["The function answered:", report.answer(answer.payload)]
    document = outcome(session, proxy=proxy)
    if answer is not None:
        document["response"] = answer.payload
    if cost is not None:
        parts += ["", wrap(cost.text, width=width())]
        document["cost"] = cost.document
    tell(session, "\n".join(parts), **document)
