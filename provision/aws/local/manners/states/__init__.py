"""States over time, a file a kind. Each file has what its kind looks like at a moment, what begins or ends it, and
`sweep`, which lets go of what is due."""

from __future__ import annotations

from provision.aws.local.account import Account
from provision.aws.local.corrections import interfaces as service_interfaces
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners.states import (
    db_instances,
    db_proxies,
    functions,
    interfaces,
    nat_gateways,
    vpc_endpoints,
)

KINDS = (nat_gateways.KIND, vpc_endpoints.KIND, db_instances.KIND, db_proxies.KIND, functions.KIND)
"""What `Settings.outcomes` may name."""


def register(table: Hooks) -> None:
    """Tie everything to its actions."""
    for kind in (nat_gateways, vpc_endpoints, db_instances, db_proxies, functions, interfaces):
        kind.register(table)


def sweep(account: Account) -> bool:
    """Let go of what is due at the moment of the call; whether anything was."""
    gone = [kind.sweep(account) for kind in (nat_gateways, vpc_endpoints, db_instances, db_proxies)]
    if any(gone):
        service_interfaces.reconcile(account)
    return interfaces.sweep(account) or any(gone)
