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
from provision.settings import Settings


@dataclass(kw_only=True)
class Work:
    """One command's run, with the settings and the names it is about."""

    run: Run
    settings: Settings
    names: Names
    invoking: Callable[[float], Clients]
    """Clients that wait that many seconds for a function's answer."""

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
        told = self.run.ledger.feature("proxy")
        if told is None and self._partial(self.wanted(proxy=False)):
            return any(found.owned for found in self.everything()["proxy"].find(self.run))
        return bool(told)

    def unwanted(self, steps: Steps) -> Sequence[Resource[Any]]:
        """What earlier settings may have made and `steps` do not have: all that is recorded or, where the state file
        may not tell, all that could be."""
        rows, partial = self.run.ledger.rows(), self._partial(steps)
        return [step for step in self.everything() if step.key not in steps and (partial or step.key in rows)]

    def _partial(self, steps: Steps) -> bool:
        """Whether no `up` has come as far as to record all `steps`: the file before this one may have been lost."""
        rows = self.run.ledger.rows()
        return any(step.key not in rows for step in steps if not step.made_by_aws)
