"""The right root cause comes first; a healthy stack has no finding at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.operations.doctor import doctor, own
from tests.doctor.corpus import FAULTS, Fault, cases
from tests.doctor.typed import wrong
from tests.doctor.world import KINDS, Kind, World

CASES = list(cases())


def test_the_corpus_is_as_large_as_promised() -> None:
    assert len({one.name for one in FAULTS}) >= 40
    assert {str(kind) for _, kind in CASES} == {str(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_a_healthy_stack_has_no_finding(account: World, kind: Kind) -> None:
    work = account.healthy(kind)
    found = doctor(work, own(work))
    assert found.findings == ()
    assert [state for _, state in found.links if state] == []


def every_case() -> Iterator[Any]:
    """Each fault in one kind of stack; in the others too where there is time."""
    seen = set()
    for fault, kind in CASES:
        marks = [pytest.mark.long] if fault.name in seen else []
        seen.add(fault.name)
        yield pytest.param(fault, kind, id=f"{kind}-{fault.name}", marks=marks)


@pytest.mark.parametrize(("fault", "kind"), list(every_case()))
def test_the_cause_is_named_first_with_a_command_that_can_be_typed(account: World, fault: Fault, kind: Kind) -> None:
    work = account.healthy(kind)
    fault.make(account.aws)
    found = doctor(work, own(work))
    assert found.findings, "nothing found"
    first = found.findings[0]
    assert (first.id, first.severity) == (fault.root, fault.severity), [one.id for one in found.findings]
    assert first.evidence
    theirs = replace(found.picture, subject=replace(found.picture.subject, ours=False))
    for one in (*found.findings, *diagnose(theirs).findings):
        assert [*wrong(one)] == [], one.command
