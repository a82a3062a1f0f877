"""Asking the function itself: one call with the event that its handler answers with every step of its way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provision.aws.invoke import CannotRun, call
from provision.aws.refusals import explained
from provision.doctor.picture import Picture
from provision.doctor.probe import Probe, Step
from provision.engine.resource import NotYet

if TYPE_CHECKING:
    from provision.aws.clients import Clients

EVENT = {"probe": True}


def ask(aws: Clients, picture: Picture) -> Probe:
    """What it answered. Nothing is sent to a function that may take the event for something else."""
    function = picture.function
    if function is None:
        return Probe(unasked="There is no function to ask.")
    if not function.tagged:
        return Probe(unasked="The function was not asked: only one that provision made knows the question.")
    if function.state not in ("Active", "Inactive") or function.reserved == 0:
        return Probe(unasked="The function was not asked, because it cannot run now.")
    try:
        answer = call(aws, function.name, EVENT)
    except NotYet as busy:
        return Probe(unasked=f"The function was not asked: {busy.reason}")
    except CannotRun:
        return Probe(unasked="The function was not asked: this endpoint keeps functions but cannot run them.")
    except Exception as error:
        refusal = explained(error)
        if refusal is None:
            raise
        return Probe(failure=refusal.why or refusal.what)
    if answer.error:
        return Probe(failure=answer.reason)
    return parsed(answer.payload)


def parsed(payload: Any) -> Probe:
    """The handler's answer; one that is older than the event gives its usual one."""
    steps = payload.get("probe") if isinstance(payload, dict) else None
    if not isinstance(steps, list):
        return Probe(unasked="The function's code does not know the question; `up` brings the code that does.")
    return Probe(steps=tuple(_step(one) for one in steps))


def _step(answer: dict[str, Any]) -> Step:
    return Step(
        name=str(answer["step"]),
        ok=bool(answer["ok"]),
        ms=float(answer["ms"]),
        error=str(answer.get("error", "")),
        text=str(answer.get("text", "")),
        code=str(answer.get("code", "")),
        learned=answer.get("told") or {},
    )
