"""Whether `up` can work, asked before anything is made and read only. A question that gets no answer is a warning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from provision.archive import trust
from provision.aws import limits, zones
from provision.aws.refusals import explained, not_implemented
from provision.engine.resource import Resource
from provision.errors import NoCredentials, ProvisionError
from provision.operations.work import Work
from provision.resources.rds import renamed
from provision.resources.secretsmanager import rotation


@dataclass(frozen=True, kw_only=True)
class Question:
    """It matters where some of the steps `needs` are still to be made, and `put` is told how many; `asks` says what it
    asks, in a clause."""

    needs: tuple[str, ...]
    asks: str
    put: Callable[[Work, int], object]


RENAMED = Question(
    needs=("database",),
    asks="whether it has its database under another name",
    put=lambda work, _: renamed.insist_on_none(work.run, work.names.database),
)
ROTATED = Question(
    needs=("secret.rotation",),
    asks="whether something else rotates the secret",
    put=lambda work, _: rotation.insist_on_none(work.run, work.names.secret, work.names.rotation),
)
QUESTIONS = (
    Question(
        needs=("function",),
        asks="whether the function could verify the database's certificate",
        put=lambda work, _: limits.verifiable(work.run, trust.regions()),
    ),
    Question(
        needs=("vpc",),
        asks="whether there is room for another VPC",
        put=lambda work, _: limits.room_for_vpc(work.run),
    ),
    Question(
        needs=("address.nat-a", "address.nat-b"),
        asks="whether there is room for another Elastic IP address",
        put=lambda work, count: limits.room_for_addresses(work.run, count),
    ),
    Question(
        needs=("subnet.private-a",),
        asks="which Availability Zones can be used",
        put=lambda work, _: zones.choose(work.run, work.settings.network.zones),
    ),
    Question(
        needs=("database",),
        asks="whether the database's version and class can be ordered",
        put=lambda work, _: limits.orderable(work.run, work.settings.database, work.settings.network.zones),
    ),
    RENAMED,
    ROTATED,
    Question(
        needs=("database",),
        asks="whether there is room for another DB instance",
        put=lambda work, _: limits.room_for_instance(work.run, work.settings.database.storage_gib),
    ),
)


def ask(work: Work, missing: Sequence[Resource[Any]], questions: Sequence[Question] = QUESTIONS) -> None:
    """Ask what concerns the steps that are still to be made. Raises the first refusal, such as `QuotaReached`."""
    keys = {step.key for step in missing}
    asked = [(question, count) for question in questions if (count := len(keys.intersection(question.needs)))]
    if len(asked) > 1:  # one alone takes no time
        work.note("Asking AWS whether this can work.")
    work.run.overlap(lambda one: _put(work, *one), asked)


def _put(work: Work, question: Question, count: int) -> None:
    try:
        question.put(work, count)
    except ProvisionError:
        raise
    except Exception as error:
        if not_implemented(error):
            work.warn(f"This endpoint cannot say {question.asks}; going on without that answer.")
            return
        refusal = explained(error)
        if refusal is None or isinstance(refusal, NoCredentials):
            raise
        work.warn(f"AWS was not asked {question.asks}; going on without that answer.", refusal.what)
