"""A look that changes nothing, where AWS does not answer at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import pytest

from provision.engine.apply import apply
from provision.engine.resource import Change, Found
from provision.engine.run import Run
from provision.engine.survey import refuse, survey
from provision.errors import Failed, NotOurs, PatienceRanOut
from tests.engine.cloud import Cloud, FakeClock, Part, Refusal, Thing, run_on


@dataclass(frozen=True, kw_only=True, eq=False)
class Busy(Part):
    """Its reads are refused as many times as `refusals` says, with these codes."""

    refusals: list[str] = field(default_factory=list)
    kind: ClassVar[str] = "busy part"

    def find(self, run: Run) -> Sequence[Found[Thing]]:
        self._refuse("find")
        return super().find(run)

    def drift(self, run: Run, found: Found[Thing]) -> Sequence[Change]:
        self._refuse("drift")
        return super().drift(run, found)

    def _refuse(self, about: str) -> None:
        if self.refusals and self.refusals[0].startswith(about):
            raise Refusal(self.refusals.pop(0).partition(" ")[2])


@dataclass(frozen=True, kw_only=True, eq=False)
class Deep(Part):
    """Its drift asks one thing more than its `find`, and notes when."""

    asked: list[str]
    kind: ClassVar[str] = "deep part"

    def prefetch(self, run: Run, found: Found[Thing]) -> None:  # noqa: ARG002 - by key
        self._more(run)

    def drift(self, run: Run, found: Found[Thing]) -> Sequence[Change]:
        self.asked.append(f"drift of {self.key}")
        self._more(run)
        return super().drift(run, found)

    def _more(self, run: Run) -> None:
        run.look(("more", self.key), lambda: self.asked.append(f"more of {self.key}"))


def looked(folder: Path, refusals: list[str]) -> str:
    cloud = Cloud(FakeClock())
    step = Busy(key="net", cloud=cloud, refusals=[])
    apply(run_on(cloud, folder), [step])
    step.refusals.extend(refusals)
    return survey(run_on(cloud, folder), [step])[0].verb


@pytest.mark.parametrize("about", ["find", "drift"])
def test_a_read_that_is_refused_for_a_while_is_asked_again(tmp_path: Path, about: str) -> None:
    assert looked(tmp_path, [f"{about} later"] * 5) == "leave"


@pytest.mark.parametrize("about", ["find", "drift"])
def test_a_read_that_is_refused_for_good_is_told(tmp_path: Path, about: str) -> None:
    with pytest.raises(Failed):
        looked(tmp_path, [f"{about} forbidden"])


def test_a_read_that_stays_refused_ends_in_time(tmp_path: Path) -> None:
    with pytest.raises(PatienceRanOut):
        looked(tmp_path, ["find later"] * 10_000)


def test_each_state_has_its_verb(tmp_path: Path) -> None:
    """What is on its way out is to be made anew, and of what is not ready yet nothing is said to differ."""
    cloud = Cloud(FakeClock(), slow={"young": 60})
    now = cloud.clock.now()
    for thing in (
        Thing("1", "ready", 0.0),
        Thing("2", "bent", 0.0, wanted="bent"),
        Thing("3", "young", now, wanted="bent"),
        Thing("4", "leaving", 0.0, ended=now + 60),
        Thing("5", "broken", 0.0, broken="incompatible-network"),
        Thing("6", "theirs", 0.0, owned=False),
    ):
        cloud.things[thing.id] = thing
    keys = ("ready", "bent", "young", "leaving", "absent", "broken", "theirs")
    looks = {look.step.key: look for look in survey(run_on(cloud, tmp_path), [Part(key=k, cloud=cloud) for k in keys])}
    assert {key: look.verb for key, look in looks.items() if look.trouble is None} == {
        "ready": "leave",
        "bent": "change",
        "young": "wait",
        "leaving": "create",
        "absent": "create",
    }
    assert {key: type(look.trouble) for key, look in looks.items() if look.trouble} == {
        "broken": Failed,
        "theirs": NotOurs,
    }
    assert cloud.calls == []
    refuse(look for key, look in looks.items() if key != "theirs")
    with pytest.raises(NotOurs):
        refuse(looks.values())


def test_what_drift_will_ask_is_asked_along_with_the_first_look(tmp_path: Path) -> None:
    """Before anything is judged, so that it overlaps with everybody's first question; and once."""
    cloud, asked = Cloud(FakeClock()), list[str]()
    steps = [Deep(key=key, cloud=cloud, asked=asked) for key in ("a", "b")]
    apply(run_on(cloud, tmp_path), steps)
    asked.clear()
    survey(run_on(cloud, tmp_path), steps)
    assert asked == ["more of a", "more of b", "drift of a", "drift of b"]
