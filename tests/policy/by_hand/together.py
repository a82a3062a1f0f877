"""Several of them at once."""

from __future__ import annotations

from tests.policy.by_hand.databases import database, not_wanted
from tests.policy.by_hand.functions import function
from tests.policy.by_hand.networks import held, network, rules
from tests.policy.by_hand.rights import roles, secret
from tests.stage import Stage


def held_and_not_wanted(stage: Stage) -> None:
    held(stage)
    not_wanted(stage)


def all_by_hand(stage: Stage) -> None:
    for meddle in (network, rules, roles, secret, function, database):
        meddle(stage)
