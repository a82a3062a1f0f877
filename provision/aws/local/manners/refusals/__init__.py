"""What AWS refuses although moto would do it, a file a subject."""

from __future__ import annotations

from provision.aws.local.manners.refusals import network, quotas, roles, secrets
from provision.aws.local.taught.lessons import Lessons


def register(table: Lessons) -> None:
    """Tie everything to its actions."""
    for subject in (network, quotas, roles, secrets):
        subject.register(table)
