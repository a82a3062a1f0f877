"""The manners of one local AWS."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import refusals, states
from provision.aws.local.manners.census import census
from provision.aws.local.manners.manners import Manners
from provision.aws.local.manners.settings import from_environment
from provision.aws.local.manners.states.interfaces import holder

if TYPE_CHECKING:
    from provision.aws.local.app import LocalAws


def install(aws: LocalAws, *, clock: Callable[[], float] = time.time) -> Manners:
    """Give `aws` manners: as last saved with its account, and as the environment (`PROVISION_LOCAL_*`) says.

    From then on it answers the questions `manners`, `calls` and `census`, too. Raises ValueError for a bad environment.
    """
    table = Hooks()
    states.register(table)
    refusals.register(table)
    aws.hooks.insert(0, Hooks(instead=table.instead))  # what takes time stands in for what does not
    table.instead = {}
    aws.hooks.append(table)
    manners = Manners(aws.account, answer=aws._answer, wake=aws.reconciler.wake, clock=clock)  # noqa: SLF001 - behind all that is around
    aws.account.holds = holder(aws.account)
    aws.around.append(manners.around)
    aws.questions["manners"] = lambda body: _manners(manners, body)
    aws.questions["calls"] = lambda body: _calls(manners, body)
    aws.questions["census"] = lambda _: {"census": census(manners.inside, aws.account)}
    settings = from_environment()
    if settings:
        manners.set(settings)
    return manners


def _manners(manners: Manners, body: bytes) -> dict[str, Any]:
    """Settings to change, as JSON, or `{"release": true}`; what they are then."""
    changes = json.loads(body or b"{}")
    if changes.pop("release", False):
        manners.release()
    if changes:
        try:
            manners.set(changes)
        except (TypeError, ValueError) as error:
            return {"error": str(error)}
    return {"settings": manners.settings.as_dict(), "holding": manners.holding}


def _calls(manners: Manners, body: bytes) -> dict[str, Any]:
    """All calls; after them, `{"reset": true}` forgets them."""
    calls = manners.calls()
    if json.loads(body or b"{}").get("reset"):
        manners.reset_calls()
    return {"calls": calls}
