"""The manners of a local AWS from another process: for tests, scripts and benchmarks.

manners = Manners.of(folder)             # the local AWS whose account lies there
manners.set(pace=0.01, consistency_seconds=2)
manners.fault(do="kill", when="after", call=17)
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from provision.aws.local.background import ADMIN, HOST, ID_HEADER


class Manners:
    """Of the local AWS at `url`, whose own id is `ident` (it stands in its folder's `server.json`)."""

    def __init__(self, url: str, ident: str) -> None:
        self._url = url.rstrip("/") + ADMIN
        self._ident = ident

    @classmethod
    def of(cls, folder: Path) -> Manners:
        """Of the local AWS that runs for `folder`. Raises OSError if none does."""
        record = json.loads((folder / "server.json").read_bytes())
        return cls(f"http://{HOST}:{record['port']}", record["id"])

    def set(self, **settings: Any) -> dict[str, Any]:
        """Change settings (see `Settings`), and say what all of them are now. Raises ValueError."""
        return dict(self._ask("manners", settings)["settings"])

    def reset(self) -> None:
        """No pace, no delay, no fault, no calls seen; things under way are done."""
        from provision.aws.local.manners.settings import Settings

        self.set(**Settings().as_dict())
        self.calls(reset=True)

    def fault(self, **rule: Any) -> None:
        """Add a fault (see `Rule`); all counts begin anew. Raises ValueError."""
        present = self._ask("manners", {})["settings"]["faults"]
        self.set(faults=[*present, rule])

    def no_faults(self) -> None:
        """Take all faults back."""
        self.set(faults=[])

    def advance(self, seconds: float) -> None:
        """Let so much time pass at once."""
        present = self._ask("manners", {})["settings"]["ahead_seconds"]
        self.set(ahead_seconds=present + seconds)

    def holding(self) -> int:
        """How many calls a fault holds."""
        return int(self._ask("manners", {})["holding"])

    def release(self) -> None:
        """Let them go on."""
        self._ask("manners", {"release": True})

    def calls(self, *, reset: bool = False) -> list[dict[str, Any]]:
        """Every call since the last reset, oldest first: n, service, action, mutating, t, status, code, fault."""
        return list(self._ask("calls", {"reset": reset})["calls"])

    def census(self) -> list[dict[str, Any]]:
        """Everything in the account, with names for ids: each as kind, name, region, id, tags, properties."""
        return list(self._ask("census", {})["census"])

    def _ask(self, question: str, body: dict[str, Any]) -> dict[str, Any]:
        request = Request(self._url + question, json.dumps(body).encode(), {ID_HEADER: self._ident})  # noqa: S310 - loopback
        with urlopen(request, timeout=60) as answer:  # noqa: S310 - as above
            heard: dict[str, Any] = json.load(answer)
        if "error" in heard:
            raise ValueError(heard["error"])
        return heard


def comparable(census: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A census without the ids, for comparing accounts."""
    return [{name: value for name, value in one.items() if name != "id"} for one in census]
