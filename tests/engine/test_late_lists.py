"""AWS's lists are late: with what was made, with what was deleted, with what was changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from provision.engine.apply import apply
from provision.engine.destroy import destroy
from provision.engine.resource import READY, Condition, Found
from provision.engine.run import Run
from provision.errors import NotOurs
from tests.engine.cloud import Cloud, FakeClock, Killed, Part, Thing, run_on


@dataclass(frozen=True, kw_only=True, eq=False)
class Unmoved(Part):
    """Nothing shows that it has been deleted, until it is gone."""

    def condition(self, run: Run, found: Found[Thing]) -> Condition:  # noqa: ARG002 - a resource's form
        return READY


class Mortal(FakeClock):
    """The process dies when it first waits."""

    def sleep(self, seconds: float) -> None:
        raise Killed(seconds)


def count(cloud: Cloud, verb: str) -> int:
    return sum(one == verb for _, one, _ in cloud.calls)


def killed_after_delete(cloud: Cloud, folder: Path, step: Part) -> None:
    """Made, and a teardown that dies once its call is carried out."""

    def kill(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - the one step
        if (verb, when) == ("delete", "after"):
            raise Killed

    apply(run_on(cloud, folder), [step])
    cloud.on_call = kill
    with pytest.raises(Killed):
        destroy(run_on(cloud, folder), [step])
    cloud.on_call = lambda *_: None


@pytest.mark.parametrize("again", [apply, destroy], ids=["up", "teardown"])
def test_what_has_an_id_is_there_though_no_list_shows_it_for_a_minute(
    tmp_path: Path, again: Callable[..., None]
) -> None:
    cloud = Cloud(Mortal(), hidden=60.0)
    with pytest.raises(Killed):
        apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    row = run_on(cloud, tmp_path).ledger.row("net")
    assert row is not None
    assert (row.status, row.id) == ("creating", "net-1")
    cloud.clock = FakeClock()
    again(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert count(cloud, "create") == 1
    assert cloud.census() == (["net"] if again is apply else [])


@pytest.mark.parametrize("again", [apply, destroy], ids=["up", "teardown"])
def test_what_we_have_just_made_is_ours_though_its_tags_do_not_show_for_a_minute(
    tmp_path: Path, again: Callable[..., None]
) -> None:
    cloud = Cloud(Mortal(), untagged=60.0)
    with pytest.raises(Killed):
        apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    cloud.clock = FakeClock()
    again(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert count(cloud, "create") == 1
    assert cloud.census() == (["net"] if again is apply else [])


def test_what_has_our_id_and_no_tags_for_longer_is_not_ours(cloud: Cloud, tmp_path: Path) -> None:
    cloud.untagged = 1e6
    with pytest.raises(NotOurs):
        apply(run_on(cloud, tmp_path), [Part(key="net", cloud=cloud)])
    assert count(cloud, "create") == 1
    assert cloud.clock.now() < 1000 + 100


def test_what_was_just_deleted_and_looks_as_ever_is_not_taken_for_the_thing(cloud: Cloud, tmp_path: Path) -> None:
    cloud.fading = {"net": 15}
    step = Unmoved(key="net", cloud=cloud)
    killed_after_delete(cloud, tmp_path, step)
    apply(run_on(cloud, tmp_path), [step])
    assert [thing.id for thing in cloud.listed("net")] == ["net-2"]


def test_what_another_run_has_made_since_is_not_taken_for_the_deleted_one(cloud: Cloud, tmp_path: Path) -> None:
    step = Part(key="net", cloud=cloud)
    killed_after_delete(cloud, tmp_path, step)
    cloud.things["net-9"] = Thing("net-9", "net", 0.0)
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), [step])
    assert cloud.clock.now() - began < 1
    assert count(cloud, "create") == 1


def test_a_row_of_the_future_makes_nothing_wait(cloud: Cloud, tmp_path: Path) -> None:
    """As a machine wrote it whose clock was eight minutes ahead."""
    ledger = run_on(cloud, tmp_path).ledger
    ledger.intend("net", kind="part", status="creating")
    ledger.intend("nat", kind="part", status="creating", id="nat-9")
    ledger.intend("base", kind="part", status="deleting", id="base-9")
    ledger.intend("target", kind="part", status="creating", id="target-9")
    cloud.things |= {name: Thing(name, name.partition("-")[0], 0.0) for name in ("base-9", "target-9")}
    cloud.clock.time -= 500
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), [Part(key=key, cloud=cloud) for key in ("net", "nat", "base")])
    assert cloud.census() == ["base", "nat", "net", "target"]
    cloud.things["target-9"].owned = False
    with pytest.raises(NotOurs):
        apply(run_on(cloud, tmp_path), [Part(key="target", cloud=cloud)])
    assert cloud.clock.now() - began < 1


def test_a_change_that_does_not_show_is_sent_once_more_and_not_at_every_look(cloud: Cloud, tmp_path: Path) -> None:
    step = Part(key="net", cloud=cloud)
    apply(run_on(cloud, tmp_path), [step])
    (thing,) = cloud.things.values()
    thing.wanted = "bent"

    def lose(verb: str, key: str, when: str) -> None:  # noqa: ARG001 - the one step
        if (verb, when) == ("update", "after") and count(cloud, "update") == 1:
            thing.wanted = "bent"

    cloud.on_call = lose
    began = cloud.clock.now()
    apply(run_on(cloud, tmp_path), [step])
    assert count(cloud, "update") == 2
    assert 10 <= cloud.clock.now() - began < 12
