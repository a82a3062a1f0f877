"""What AWS refuses although moto would do it, a file a subject."""

from __future__ import annotations

from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners.refusals import network, quotas, roles, rotation, secrets


def register(table: Hooks) -> None:
    """Tie everything to its actions."""
    for subject in (network, quotas, roles, rotation, secrets):
        subject.register(table)
