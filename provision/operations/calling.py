"""Calling the function as the last proof that the stack works."""

from __future__ import annotations

from typing import Any

from provision.aws.invoke import Answer, CannotRun, Starting, call
from provision.engine.failures import refused
from provision.engine.loop import Done, Move, Outcome, Waiting, until
from provision.engine.resource import NotYet, Resource
from provision.engine.seen import whole
from provision.errors import BadUsage, Failed, PatienceRanOut
from provision.operations.work import Work

PATIENCE = 60.0
"""Seconds in which a function that has only just got its network may fail to reach the database."""
WAKING = 15 * 60.0
"""Seconds that Lambda may take to give an idle function its network interfaces back."""


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
        _wake(work, step, move)
        if not answers or answers[-1].error:
            until(work.run, step, move, patience=PATIENCE)
    except CannotRun as limit:
        work.warn(
            "The function was not called: this endpoint keeps functions but cannot run them.",
            f"It said: {str(limit).splitlines()[0][:200]}" if str(limit) else "",
        )
        return None
    except PatienceRanOut as error:
        if answers and answers[-1].error:
            raise failure(answers[-1], "The function was called and failed.") from error
        raise
    return answers[-1]


def once(work: Work, payload: Any, *, failed: str = "The function failed.") -> Answer:
    """One call with `payload`. Raises `BadUsage` when there is no function to call, `Failed` when it failed, in the
    words of `failed`, or cannot be run here."""
    step = work.wanted(proxy=False)["function"]
    aws = work.invoking(work.settings.function.timeout_seconds)
    answers: list[Answer] = []

    def move(_: Resource[Any]) -> Outcome:
        with refused(work.run, step):
            found = whole(work.run, step)
            if found is None:
                raise BadUsage(what="There is no function to call.", hint="Run `up` first.")
            answers.append(call(aws, found.id, payload))
        return Done()

    try:
        _wake(work, step, move)
        if not answers:
            until(work.run, step, move, patience=PATIENCE)
    except CannotRun as limit:
        raise not_run(limit) from limit
    if answers[-1].error:
        raise failure(answers[-1], failed)
    return answers[-1]


def failure(answer: Answer, what: str) -> Failed:
    """A call that Lambda made and whose function failed."""
    return Failed(
        what=what,
        why=f"It said: {answer.reason}",
        hint="`status` shows what differs from the settings; `logs` has the trace.",
    )


def not_run(limit: CannotRun) -> Failed:
    """A call that the endpoint has no means to make."""
    return Failed(
        what="This endpoint keeps functions but cannot run them.",
        why=str(limit)[:200],
        hint="Use --target local, or AWS itself.",
    )


def _wake(work: Work, step: Resource[Any], move: Move) -> None:
    """Call until Lambda has made the function ready, whatever comes of it."""

    def awake(_: Resource[Any]) -> Outcome:
        try:
            move(step)
        except Starting as still:
            return Waiting(still.reason)
        except NotYet:
            pass
        return Done()

    until(work.run, step, awake, patience=WAKING)
