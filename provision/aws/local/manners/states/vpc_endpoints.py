"""Interface endpoints: pending, available, deleting, deleted; their interfaces stay until the end."""

from __future__ import annotations

from typing import Any

from moto.ec2.models.vpcs import VPCEndPoint

from provision.aws.local.account import Account
from provision.aws.local.corrections.hooks import Hooks
from provision.aws.local.manners import durations
from provision.aws.local.manners.kept import outcome_of
from provision.aws.local.manners.view import Seen, View, really, stamp, times, view
from provision.aws.local.wire import Call

KIND = "vpc-endpoint"


def _state(moment: View, endpoint: Any, value: str) -> str:
    if value == "deleted":
        return value
    if "deleting" in times(endpoint):
        return "deleting"
    if moment.young(endpoint, "created", durations.VPC_ENDPOINT_CREATE):
        return "pending"
    return getattr(endpoint, "manners_outcome", "") or value


VPCEndPoint.state = Seen("state", _state)  # type: ignore[assignment]  # moto's is a plain attribute


def begin(call: Call, result: dict[str, Any]) -> None:
    """From pending on; the same token again begins nothing."""
    endpoint = call.backend.vpc_end_points[result["VpcEndpoint"]["VpcEndpointId"]]
    if "created" not in times(endpoint):
        stamp(endpoint, "created")
        endpoint.manners_outcome = outcome_of(call, KIND)
    result["VpcEndpoint"]["State"] = endpoint.state


def delete(call: Call) -> dict[str, Any]:
    """moto deletes at once. Ids that are not known are told in the answer, as on AWS."""
    for asked in call.params["VpcEndpointIds"]:
        endpoint = call.backend.vpc_end_points.get(asked)
        if endpoint is None or really(endpoint, "state") == "deleted":
            continue
        if "deleting" not in times(endpoint):
            stamp(endpoint, "deleting")
    sweep(call.account)
    return {"Unsuccessful": []}


def sweep(account: Account) -> bool:
    """Let go of what is due; whether anything was."""
    due = [(ec2, one) for ec2 in account.regions("ec2").values() for one in ec2.vpc_end_points.values() if _due(one)]
    for ec2, endpoint in due:
        # moto stumbles over a gateway endpoint's route table that has gone before it.
        endpoint.route_table_ids = [one for one in endpoint.route_table_ids or () if one in ec2.route_tables]
        ec2.delete_vpc_endpoints([endpoint.id])
    return bool(due)


def _due(endpoint: Any) -> bool:
    if "deleting" not in times(endpoint) or really(endpoint, "state") == "deleted":
        return False
    return not view().young(endpoint, "deleting", durations.VPC_ENDPOINT_DELETE)


def register(table: Hooks) -> None:
    """Tie all of this to its actions."""
    table.amend["ec2:CreateVpcEndpoint"].append(begin)
    table.instead["ec2:DeleteVpcEndpoints"] = delete
