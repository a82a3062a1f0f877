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
        """Whether this stack is to have a proxy: as last switched on or off or, where the state file was lost, as the
        account shows."""
        told = self.run.ledger.feature("proxy")
        if told is None and self.run.ledger.fresh:
            return any(found.owned for found in self.everything()["proxy"].find(self.run))
        return bool(told)

    def unwanted(self, steps: Steps) -> Sequence[Resource[Any]]:
        """What earlier settings may have made and `steps` do not have: all that is recorded or, with a lost state
        file, all that could be."""
        rows = self.run.ledger.rows()
        others = [step for step in self.everything() if step.key not in steps]
        return [step for step in others if self.run.ledger.fresh or step.key in rows]
