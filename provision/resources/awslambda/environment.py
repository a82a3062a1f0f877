"""The function's environment: one map that Lambda only replaces whole, shared by two steps and the user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from provision.engine.resource import READY, Change, Condition, Found, Resource, leaving, settling
from provision.errors import Denied, Failed, ProvisionError, QuotaReached

if TYPE_CHECKING:
    from provision.engine.run import Run

ADDRESS, PORT = "DB_ENDPOINT_ADDRESS", "DB_PORT"
LAST_UPDATE = "last update"
ENDPOINT = (ADDRESS, PORT)
"""What the step `function.endpoint` sets; the function's own step leaves these alone."""


def variables(configuration: Mapping[str, Any]) -> dict[str, str]:
    """All of them. Raises `Denied` or `Failed` where AWS tells none.

    AWS: those that somebody encrypted with a key of their own are left out, with `Error` in their place, for whoever
    may not decrypt with it (Lambda API reference, EnvironmentResponse); what was written then would be all there is.
    """
    told = configuration.get("Environment", {})
    if error := told.get("Error"):
        code = error.get("ErrorCode", "")
        raise (Denied if "AccessDenied" in code else Failed)(
            what="The function's environment variables cannot be read.",
            why=f"AWS: {error.get('Message') or 'no reason given'} ({code})",
            hint="See that the function's key (KMSKeyArn) is enabled and that this identity may kms:Decrypt with it; "
            "then run the same command again.",
        )
    return dict(told.get("Variables", {}))


def address(configuration: Mapping[str, Any]) -> str:
    """Where the function looks for the database; empty where that is not told."""
    return str(configuration.get("Environment", {}).get("Variables", {}).get(ADDRESS, ""))


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
    if state == "Failed":
        raise _failed("Lambda could not set up the function.", *_reason(seen, "State"))
    if state == "Deleting":
        return leaving()
    if state in ("Active", "Inactive") and last in ("Successful", "Failed", None):
        return READY
    return settling(f"{state}, last update {last}" if last != "Successful" else state)


def failed_update(run: Run, step: Resource[Any], found: Found[Any]) -> list[Change]:
    """A change that Lambda could not make earlier: to be sent again. Raises `Failed` when this very run sent it.

    AWS: the function goes on with what it had before.
    """
    seen = found.seen["Configuration"]
    if seen.get("LastUpdateStatus") != "Failed":
        return []
    reason, code = _reason(seen, "LastUpdateStatus")
    if any(key == step.key for key, _ in run.changed):
        raise _failed("Lambda could not change the function.", reason, code)
    return [Change(LAST_UPDATE, f"failed ({reason})", "successful")]


def _reason(seen: Mapping[str, Any], about: str) -> tuple[str, str]:
    return seen.get(f"{about}Reason") or "no reason given", seen.get(f"{about}ReasonCode") or "Failed"


def _failed(what: str, reason: str, code: str) -> ProvisionError:
    why = f"AWS: {reason} ({code})"
    if code == "EniLimitExceeded":
        what = f"{what} A quota is reached: network interfaces of Lambda per VPC (250 to 500 unless raised)."
        return QuotaReached(what=what, why=why, hint=f"Ask for more under Service Quotas in the AWS console. {AGAIN}")
    return Failed(what=what, why=why, hint=f"{HINTS.get(code, 'See to the reason.')} {AGAIN}")


HINTS = {
    "InsufficientRolePermissions": "Look for a permissions boundary or service control policy on the role.",
    "SubnetOutOfIPAddresses": "Free addresses in the private subnets.",
}
AGAIN = "Then run `up` again; if it stays so, delete the function first."
"""AWS: a function whose creation failed stays so; only another one can be made."""
