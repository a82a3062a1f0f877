"""The function's environment: one map that Lambda only replaces whole, shared by two steps and the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from provision.engine.resource import Condition, Found, settling
from provision.errors import Failed

if TYPE_CHECKING:
    from provision.engine.run import Run

ADDRESS, PORT = "DB_ENDPOINT_ADDRESS", "DB_PORT"
ENDPOINT = (ADDRESS, PORT)
"""What the step `function.endpoint` sets; the function's own step leaves these alone."""

READY = Condition("ready")


def variables(configuration: Mapping[str, Any]) -> dict[str, str]:
    return dict(configuration.get("Environment", {}).get("Variables", {}))


def merge(run: Run, found: Found[Any], ours: Mapping[str, str]) -> None:
    """Write our variables and keep every other one, ours of the other step and the user's own."""
    seen = found.seen["Configuration"]
    # AWS: the revision makes the call fail if somebody changed the function since we looked.
    revision = {"RevisionId": seen["RevisionId"]} if seen.get("RevisionId") else {}
    run.send.awslambda.update_function_configuration(
        FunctionName=seen["FunctionName"], Environment={"Variables": {**variables(seen), **ours}}, **revision
    )


def condition(found: Found[Any]) -> Condition:
    """Whether Lambda is done with the function's last change. Raises `Failed` with Lambda's reason."""
    seen = found.seen["Configuration"]
    state, last = seen.get("State", "Active"), seen.get("LastUpdateStatus", "Successful")
    if state == "Failed" or last == "Failed":
        reason = seen.get("StateReason") or seen.get("LastUpdateStatusReason") or "no reason given"
        code = seen.get("StateReasonCode") or seen.get("LastUpdateStatusReasonCode") or state
        raise Failed(what="Lambda could not set up the function.", why=f"AWS: {reason} ({code})", hint=_hint(code))
    if state in ("Active", "Inactive") and last in ("Successful", None):
        return READY
    return settling(f"{state}, last update {last}" if last != "Successful" else state)


def _hint(code: str) -> str:
    hints = {
        "EniLimitExceeded": "Ask for more network interfaces per VPC under Service Quotas, then run `up` again.",
        "InsufficientRolePermissions": "Run `up` again: it restores the role's policy.",
        "SubnetOutOfIPAddresses": "Free addresses in the private subnets, then run `up` again.",
    }
    return hints.get(code, "Run `up` again; if it stays so, delete the function by hand and run `up`.")
