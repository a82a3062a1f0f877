"""Whether `up` can work, asked before anything is made and read only. A question that gets no answer is a warning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from provision.archive import trust
from provision.aws import limits
from provision.aws.refusals import explained, not_implemented
from provision.engine.resource import Resource
from provision.errors import BadSetting, NoCredentials, ProvisionError
from provision.operations.work import Work

AWS = "aws"
Question = Callable[[Work], None]


def ask(work: Work, missing: Sequence[Resource[Any]]) -> None:
    """Ask what concerns the steps that are still to be made. Raises the first refusal, such as `QuotaReached`."""
    keys = {step.key for step in missing}
    questions = [question for key, question in QUESTIONS if key in keys]
    if not questions:
        return
    work.note("Asking AWS whether this can work.")
    work.run.overlap(lambda question: _put(work, question), questions)


def _put(work: Work, question: Question) -> None:
    subject = (question.__doc__ or "").rstrip(".")
    subject = subject[:1].lower() + subject[1:]
    try:
        question(work)
    except ProvisionError:
        raise
    except Exception as error:
        if not_implemented(error):
            work.warn(f"This endpoint cannot say {subject}; going on without that answer.")
            return
        told = explained(error)
        if told is None or isinstance(told, NoCredentials):
            raise
        work.warn(f"AWS was not asked {subject}; going on without that answer.", told.what)


def vpc_quota(work: Work) -> None:
    """Whether there is room for another VPC."""
    limits.room_for_vpc(work.run)


def address_quota(work: Work) -> None:
    """Whether there is room for another Elastic IP address."""
    limits.room_for_addresses(work.run, work.settings.network.nat_gateways)


def zones(work: Work) -> None:
    """Which Availability Zones can be used."""
    limits.two_zones(work.run, work.settings.network.zones)


def instance_class(work: Work) -> None:
    """Whether the database's version and class can be ordered."""
    limits.orderable(work.run, work.settings.database, work.settings.network.zones)


def instance_quota(work: Work) -> None:
    """Whether there is room for another DB instance."""
    limits.room_for_instance(work.run, work.settings.database.storage_gib)


def roots(work: Work) -> None:
    """Whether the function could verify the database's certificate."""
    region = work.run.stack.region
    if work.run.stack.target == AWS and region not in trust.regions():
        raise BadSetting(
            what=f"The function cannot verify a database of {region}: the root certificates of RDS there are not among "
            "those that it ships with.",
            hint="Choose another Region.",
        )


QUESTIONS: tuple[tuple[str, Question], ...] = (
    ("function", roots),
    ("vpc", vpc_quota),
    ("address.nat-a", address_quota),
    ("subnet.private-a", zones),
    ("database", instance_class),
    ("database", instance_quota),
)
"""(the step that must be missing for the question to matter, the question)."""
