"""A create without an answer: how long AWS may take to show what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import pytest

from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.run import Run
from tests.engine.cloud import Cloud, FakeClock, Killed, Part, Refusal, run_on


@dataclass(frozen=True, kw_only=True, eq=False)
class Named(Part):
    """A second create comes to the one that is there, as with a fixed name or a token."""

    repeatable: ClassVar[bool] = True

    def create(self, run: Run, token: str) -> str:
        there = [thing.id for thing in self.cloud.things.values() if thing.key == self.key and thing.ended is None]
        return there[0] if there else super().create(run, token)


HANGING = 30.0
"""Seconds after which the command gives a call up that AWS has just carried out."""


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(FakeClock(), hidden=5.0)


def hanging(cloud: Cloud, ending: BaseException) -> None:
    """The first create hangs, is carried out at the end, and then comes to that."""
    waiting = iter([True] + [False] * 9)

    def hang(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - any step
        if verb == "create" and next(waiting):
            cloud.clock.time += HANGING
            cloud.create("net")
            raise ending

    cloud.on_call = hang


def test_the_time_to_look_for_it_begins_when_the_call_is_given_up(cloud: Cloud, tmp_path: Path) -> None:
    hanging(cloud, Refusal("lost"))
    apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert [verb for _, verb, _ in cloud.calls] == ["create"], "nor is a second one made and taken back"


@pytest.mark.parametrize("again", [apply, destroy])
def test_a_process_may_have_been_killed_at_any_moment_of_the_call(cloud: Cloud, tmp_path: Path, again: object) -> None:
    hanging(cloud, Killed())
    steps = [Part(key="net", cloud=cloud)]
    with pytest.raises(Killed):
        apply(run_on(cloud, tmp_path), steps)
    (apply if again is apply else destroy)(run_on(cloud, tmp_path), steps)
    assert cloud.census() == (["net"] if again is apply else [])


def test_an_old_one_is_not_waited_for(cloud: Cloud, tmp_path: Path) -> None:
    def kill(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - any step
        raise Killed

    cloud.on_call = kill
    steps = [Part(key="net", cloud=cloud)]
    with pytest.raises(Killed):
        apply(run_on(cloud, tmp_path), steps)
    cloud.clock.time += 91
    cloud.on_call = lambda verb, key, when: None  # noqa: ARG005 - its form
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), steps)
    assert cloud.clock.now() - began <= cloud.hidden + 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("again", [apply, destroy], ids=["up", "teardown"])
def test_what_can_be_asked_for_twice_is_at_once_and_yet_is_waited_for_on_the_way_down(
    cloud: Cloud, tmp_path: Path, again: object, when: str
) -> None:
    def kill(verb: str, key: str, at: str) -> None:  # noqa: ARG001 - any step
        if at == when:
            raise Killed

    cloud.on_call = kill
    steps = [Named(key="net", cloud=cloud)]
    with pytest.raises(Killed):
        apply(run_on(cloud, tmp_path), steps)
    cloud.on_call = lambda verb, key, when: None  # noqa: ARG005 - its form
    began = cloud.clock.now()
    (apply if again is apply else destroy)(run_on(cloud, tmp_path), steps)
    assert cloud.census() == (["net"] if again is apply else [])
    assert again is destroy or cloud.clock.now() - began <= cloud.hidden + 1
