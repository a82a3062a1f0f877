"""What must come of a refusal, and the words in which the corpus says so."""

from __future__ import annotations

from dataclasses import dataclass, field

from provision.engine.failures import Verdict
from provision.engine.resource import NotYet
from provision.errors import Denied, Failed, NoCredentials, Protected, ProvisionError, QuotaReached


@dataclass(frozen=True, kw_only=True)
class Again:
    """Time cures it. `seconds`: only for so long, then `otherwise` is told; None means the resource's patience."""

    seconds: float | None = None
    otherwise: type[ProvisionError] | None = None
    answered: bool = True
    says: str = ""
    otherwise_hint: str = ""


@dataclass(frozen=True)
class Gone:
    """The thing asked for is not there."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """A sentence at once, never a second try. `what` and `hint` are parts of it."""

    error: type[ProvisionError]
    exit_code: int
    what: str = ""
    hint: str = ""
    absent: tuple[str, ...] = field(default=())
    """What must be nowhere in it."""


Outcome = Again | Gone | Told


@dataclass(frozen=True)
class Case:
    """One answer of AWS. `step` is the row of the stack that it happens to; empty outside of any."""

    service: str
    operation: str
    code: str
    status: int
    text: str
    outcome: Outcome
    step: str = ""

    def __str__(self) -> str:
        return f"{self.service}-{self.operation}-{self.code}-{self.text[:24]}".replace(" ", "_")


AGAIN = Again()
FEWER = Again(says="fewer calls")
LOST = Again(seconds=120.0, otherwise=Failed, answered=False)
GONE = Gone()


def quota(what: str) -> Told:
    return Told(error=QuotaReached, exit_code=3, what=what, hint="Service Quotas")


def full(hint: str) -> Told:
    return Told(error=Failed, exit_code=5, what="no room", hint=hint)


def failed(hint: str, what: str = "AWS refused") -> Told:
    return Told(error=Failed, exit_code=5, what=what, hint=hint)


def denied(action: str, hint: str = "", *absent: str) -> Told:
    return Told(error=Denied, exit_code=3, what=action, hint=hint or action, absent=absent)


def account(hint: str) -> Told:
    return Told(error=Denied, exit_code=3, what="may not use this service, Region or size", hint=hint)


def nobody(what: str, hint: str) -> Told:
    return Told(error=NoCredentials, exit_code=3, what=what, hint=hint)


EXPIRED = nobody("have expired", "Log in again")
UNKNOWN = nobody("does not accept these credentials", "clock")
LENT = nobody("gives out no credentials", "duration_seconds")
PROTECTED = Told(error=Protected, exit_code=4, what="protected", hint="database.deletion_protection = false")


def check_again(verdict: Verdict, outcome: Again) -> None:
    meaning = verdict.meaning
    assert isinstance(meaning, NotYet)
    assert (meaning.patience, verdict.answered) == (outcome.seconds, outcome.answered)
    assert outcome.says in meaning.reason
    assert type(meaning.otherwise) is (outcome.otherwise or type(None))
    assert meaning.otherwise is None or outcome.otherwise_hint in meaning.otherwise.hint
