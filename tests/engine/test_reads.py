"""Which answers a run shares, and for how long."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from provision.engine.destroy import destroy
from provision.engine.loop import Done, Moved, Outcome, Waiting, until
from provision.engine.resource import Resource
from provision.engine.run import Run
from tests.engine.cloud import Cloud, Part, Refusal, run_on


def ask(run: Run) -> list[str]:
    """The questions that went to AWS, of one of each sort."""
    asked: list[str] = []
    run.look("plain", lambda: asked.append("plain"))
    run.look("lasting", lambda: asked.append("lasting"), lasting=True)
    run.look("constant", lambda: asked.append("constant"), constant=True)
    return asked


def test_an_answer_holds_until_something_may_have_changed_it(cloud: Cloud, tmp_path: Path) -> None:
    run, step = run_on(cloud, tmp_path), Part(key="net", cloud=cloud)
    outcomes = iter([Waiting("creating", at_work=True), Waiting("in use"), Moved(), Done()])
    asked: list[list[str]] = []

    def move(_: Resource[Any]) -> Outcome:
        asked.append(ask(run))
        return next(outcomes)

    until(run, step, move, patience=60)
    assert asked == [["plain", "lasting", "constant"], ["plain"], ["plain", "lasting"], ["plain", "lasting"]]
    assert ask(run) == [], "what is done keeps its answers"
    destroy(run, [])
    assert ask(run) == ["plain", "lasting"], "whose a thing is must be fresh before it is deleted"


def refuse() -> str:
    raise Refusal("denied")


def test_a_refusal_is_everybodys_answer_and_never_that_of_the_whole_run(cloud: Cloud, tmp_path: Path) -> None:
    run = run_on(cloud, tmp_path)
    for question in ("VPCs", "zones"):
        with pytest.raises(Refusal):
            run.look(question, refuse, constant=question == "zones")
    with pytest.raises(Refusal):
        run.look("VPCs", lambda: "there")
    assert run.look("zones", lambda: "there", constant=True) == "there"
