"""Calling the function as the last proof that the stack works."""

from __future__ import annotations

from typing import Any

from provision.aws.invoke import Answer, CannotRun, call
from provision.engine.calls import refused
from provision.engine.march import Done, March, Outcome, Waiting
from provision.engine.resource import Resource
from provision.errors import Failed, PatienceRanOut
from provision.operations.work import Work

PATIENCE = 60.0
"""Seconds in which a function that has only just got its network may fail to reach the database."""


def proven(work: Work, step: Resource[Any]) -> Answer | None:
    """Call the function until it answers well; None, with a warning, where the endpoint cannot run functions.

    `step` is the one that the call proves. Raises `Failed` with the function's own reason.
    """
    work.note("Calling the function.")
    aws = work.invoking(work.settings.function.timeout_seconds)
    answers: list[Answer] = []

    def move(_: Resource[Any]) -> Outcome:
        with refused(work.run, step):
            answer = call(aws, work.names.function, {})
        answers.append(answer)
        return Waiting(answer.reason) if answer.error else Done()

    try:
        March(
            run=work.run,
            steps=[step],
            before={step.key: set()},
            move=move,
            usual=lambda _: 0.0,
            patience=lambda _: PATIENCE,
        ).go()
    except CannotRun as limit:
        work.warn(
            "The function was not called: this endpoint keeps functions but cannot run them.",
            f"It said: {str(limit).splitlines()[0][:200]}" if str(limit) else "",
        )
        return None
    except PatienceRanOut as error:
        if answers and answers[-1].error:
            raise Failed(
                what="The function was called and failed.",
                why=f"It said: {answers[-1].reason}",
                hint="`status` shows what differs from the settings; the function's log has the trace.",
            ) from error
        raise
    return answers[-1]
