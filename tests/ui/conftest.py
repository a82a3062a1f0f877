"""One recorded run, with everything a listener can hear."""

from __future__ import annotations

import pytest

from provision.engine.events import (
    Event,
    Note,
    RunBegan,
    RunEnded,
    StepBegan,
    StepDelayed,
    StepDone,
    StepFound,
    StepWaiting,
    Warned,
)

ENHANCED = "configuring-enhanced-monitoring"


def waiting(at: float, detail: str) -> StepWaiting:
    return StepWaiting(
        key="database", label="database", at=at, elapsed=at - 10, usual=360, patience=2400, detail=detail
    )


@pytest.fixture
def recorded() -> list[Event]:
    """A run of 400 s that finds two steps, makes two and waits for one of them."""
    return [
        RunBegan(command="up", name="lambda-rds", target="aws", account="123456789012", region="eu-central-1"),
        Note(text="Asking whether it can work: identity, quotas, zones, engine version, free names."),
        StepFound(key="vpc", label="VPC", at=1, id="vpc-1"),
        StepFound(key="subnet.private-a", label="private subnet a", at=1, id="subnet-1"),
        StepBegan(key="database", label="database", at=10, verb="create"),
        waiting(11, ""),
        waiting(20, ""),
        waiting(41, ""),
        waiting(45, ENHANCED),
        waiting(50, ENHANCED),
        StepDelayed(key="function", label="function", at=51, reason="the role cannot be assumed yet"),
        StepDelayed(key="function", label="function", at=53, reason="the role cannot be assumed yet"),
        StepBegan(key="function", label="function", at=55, verb="update", detail="DB_PORT"),
        StepDone(key="function", label="function", at=58, verb="update", id="lambda-rds", elapsed=3),
        Warned(what="ListServiceQuotas is not implemented by this endpoint.", hint="The quotas were not checked."),
        StepDone(key="database", label="database", at=382, verb="create", id="lambda-rds", elapsed=372),
        RunEnded(elapsed=400, changed=2),
    ]
