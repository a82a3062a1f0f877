"""NAT gateways: pending, available or failed; deleting, deleted; and the address that they let go of late.

AWS: CreateNatGateway answers 200 and fails later, with the reason only in FailureCode and FailureMessage.
"""

from __future__ import annotations

from typing import Any

from moto.ec2.models.nat_gateways import NatGateway

from provision.aws.local.account import Account
from provision.aws.local.corrections import gateways
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import durations
from provision.aws.local.manners.kept import outcome_of
from provision.aws.local.manners.view import Seen, View, really, stamp, times, view
from provision.aws.local.wire import Call, Refusal

KIND = "nat-gateway"
_FAILURES = {
    "Gateway.NotAttached": "Network {vpc} has no Internet gateway attached",
    "InsufficientFreeAddressesInSubnet": "Subnet {subnet} has insufficient free addresses to create this NAT gateway",
    "Resource.AlreadyAssociated": "Elastic IP address {address} is already associated",
    "InternalError": "Network interface could not be created and attached",
}


def _state(moment: View, gateway: Any, value: str) -> str:
    failed = getattr(gateway, "failure_code", "")
    if value == "deleted":
        return "failed" if failed and "deleting" not in times(gateway) else value
    if "deleting" in times(gateway):
        return "deleting"
    if moment.young(gateway, "created", durations.NAT_GATEWAY_FAIL if failed else durations.NAT_GATEWAY_CREATE):
        return "pending"
    return "failed" if failed else value


NatGateway.state = Seen("state", _state)  # type: ignore[assignment]  # moto's is a plain attribute


def begin(call: Call, result: dict[str, Any]) -> None:
    """From pending on; the same token again begins nothing."""
    gateway = call.backend.nat_gateways[result["NatGateway"]["NatGatewayId"]]
    if "created" not in times(gateway):
        stamp(gateway, "created")
        _fail(call, gateway)
    result["NatGateway"]["State"] = gateway.state


def _fail(call: Call, gateway: Any) -> None:
    attached = any(one.vpc and one.vpc.id == gateway.vpc_id for one in call.backend.internet_gateways.values())
    unattached = "" if attached or gateway.connectivity_type == "private" else "Gateway.NotAttached"
    code = outcome_of(call, KIND) or unattached
    if code:
        address = gateway.address_set[0].get("publicIp")
        gateway.failure_code = code
        gateway.failure_message = _FAILURES.get(code, code).format(
            vpc=gateway.vpc_id, subnet=gateway.subnet_id, address=address
        )


def delete(call: Call) -> dict[str, Any]:
    """A minute of `deleting`, during which address and interface stay."""
    gateway = call.backend.nat_gateways.get(call.params["NatGatewayId"])
    if gateway is None or not view().pace or really(gateway, "state") == "deleted":
        return gateways.delete(call)
    if "deleting" not in times(gateway):
        stamp(gateway, "deleting")
    return {"NatGatewayId": gateway.id}


def sweep(account: Account) -> bool:
    """Let go of what is due; whether anything was."""
    due = [(ec2, one) for ec2 in account.regions("ec2").values() for one in ec2.nat_gateways.values() if _due(one)]
    for ec2, gateway in due:
        gateways.release(ec2, gateway)
        stamp(gateway, "released")
    return bool(due)


def _due(gateway: Any) -> bool:
    if really(gateway, "state") == "deleted":
        return False
    if "deleting" in times(gateway):
        return not view().young(gateway, "deleting", durations.NAT_GATEWAY_DELETE)
    return bool(gateway.state == "failed")


def check_release(call: Call) -> None:
    """AWS: `InvalidIPAddress.InUse` while associated; while its gateway is being deleted, and for some seconds after,
    `AuthFailure`, which is not about credentials."""
    asked = call.params.get("AllocationId")
    address = next((one for one in call.backend.addresses if one.allocation_id == asked), None)
    if address is None:
        return
    for gateway in call.backend.nat_gateways.values():
        if any(one.get("allocationId") == asked for one in gateway.address_set) and letting_go(gateway):
            raise Refusal("AuthFailure", "You do not have permission to access the specified resource.")
    if address.eni is not None or address.instance is not None:
        raise Refusal("InvalidIPAddress.InUse", f"Address {address.public_ip} is in use.")


def letting_go(gateway: Any) -> bool:
    """Whether its address is neither in use nor free."""
    if really(gateway, "state") == "deleted":
        return view().young(gateway, "released", durations.ADDRESS_RELEASE_LAG)
    return "deleting" in times(gateway)


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.amend["ec2:CreateNatGateway"].append(begin)
    table.instead["ec2:DeleteNatGateway"] = delete
    table.before["ec2:ReleaseAddress"].append(check_release)
