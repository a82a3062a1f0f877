"""What every operation starts from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from provision import blueprint
from provision.aws.clients import Clients
from provision.engine.events import Note, Warned
from provision.engine.resource import Resource, Steps
from provision.engine.run import Run
from provision.names import Names
from provision.resources.ec2.elastic_ip import ElasticIp
from provision.resources.ec2.nat_gateway import NatGateway
from provision.resources.ec2.security_group_rule import SecurityGroupRule
from provision.settings import Settings

LISTED_AT_ONCE: frozenset[type[Resource[Any]]] = frozenset({ElasticIp, NatGateway, SecurityGroupRule})
"""Kinds of which one question tells all of the stack's, and some of which each choice of the settings has."""


@dataclass(kw_only=True)
class Work:
    """One command's run, with the settings and the names it is about."""

    run: Run
    settings: Settings
    names: Names
    invoking: Callable[[float], Clients]
    """Clients that wait that many seconds for a function's answer."""
    behind: bool = False
    """Whether the account has shown more of the stack than the state file knows."""

    def note(self, text: str) -> None:
        self.run.emit(Note(text=text))

    def warn(self, what: str, hint: str = "") -> None:
        self.run.emit(Warned(what=what, hint=hint))

    def wanted(self, *, proxy: bool) -> Steps:
        return blueprint.wanted(self.settings, self.names, proxy=proxy)

    def everything(self, *, final_snapshot: str | None = None) -> Steps:
        return blueprint.everything(self.settings, self.names, final_snapshot=final_snapshot)

    def has_proxy(self) -> bool:
        """Whether this stack is to have a proxy: as last switched on or off or, where the state file may not tell, as
        the account shows."""
        switched = self.run.ledger.feature("proxy")
        if switched is None and self._partial(self.wanted(proxy=False)):
            return any(found.owned for found in self.everything()["proxy"].find(self.run))
        return bool(switched)

    def unwanted(self, steps: Steps) -> Sequence[Resource[Any]]:
        """What earlier settings may have made and `steps` do not have: all that is recorded or, where the state file
        may not tell, all that could be; and what AWS makes along with it."""
        rows, partial = self.run.ledger.rows(), self._partial(steps)
        others = [step for step in self.everything() if step.key not in steps]
        return [step for step in others if partial or step.key in rows or step.made_by_aws]

    def falls_behind(self, steps: Steps) -> bool:
        """Whether a first look at `steps` has shown that the state file is an older one, or that a run from another
        folder has made more; `unwanted` and `has_proxy` ask the account from then on. Asks AWS nothing: what is listed
        for one of its kind is listed for all."""
        if self.behind:
            return False
        rows, kinds = self.run.ledger.rows(), {type(step) for step in steps} & LISTED_AT_ONCE
        others = [one for one in self.everything() if one.key not in steps and one.key not in rows]
        self.behind = any(found.owned for one in others if type(one) in kinds for found in one.find(self.run))
        return self.behind

    def _partial(self, steps: Steps) -> bool:
        """Whether no `up` has come as far as to record all `steps`: the file before this one may have been lost."""
        rows = self.run.ledger.rows()
        return self.behind or any(step.key not in rows for step in steps if not step.made_by_aws)
