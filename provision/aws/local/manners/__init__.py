"""Lifelike manners of the local AWS: time, order, refusals, eventual consistency, and faults.

Each rule has its source beside it. Without settings nothing takes time and nothing goes wrong; what AWS refuses at any
pace, such as deleting a subnet that is in use, is refused always.

    view, durations   the account as callers see it at one moment, and how long AWS takes
    states/           what passes through states, a file a kind
    refusals/         what AWS refuses although moto would do it
    consistency       what was just made is not found yet, what was just deleted is listed still
    gate              credentials, permissions, throttling
    rules, peers      faults by rule, and the client at the other end
    census, log       what is in the account, and what was called
    client            all of this from another process
"""

from __future__ import annotations

from provision.aws.local.manners.install import install
from provision.aws.local.manners.manners import Manners
from provision.aws.local.manners.settings import Settings

__all__ = ["Manners", "Settings", "install"]
