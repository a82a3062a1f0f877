"""VPC flow logs."""

from __future__ import annotations

from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from provision.aws.local.corrections.hooks import before, instead
from provision.aws.local.rights import may
from provision.aws.local.wire import Call


@instead("ec2:CreateFlowLogs")
def create(call: Call) -> dict[str, Any]:
    """moto makes a second one, or refuses it, when a token comes again; and delivers whatever the role may do.

    AWS: a role that may not be taken or may not write shows later, as `DeliverLogsErrorMessage`.
    """
    params, ec2 = call.params, call.backend
    token = params.get("ClientToken")
    known = [one for one in ec2.flow_logs.values() if token and getattr(one, "token", "") == token]
    if known:
        return {"FlowLogIds": [one.id for one in known], "ClientToken": token, "Unsuccessful": []}
    made, refused = ec2.create_flow_logs(
        params["ResourceType"],
        params["ResourceIds"],
        params.get("TrafficType"),
        params.get("DeliverLogsPermissionArn"),
        params.get("LogDestinationType"),
        params.get("LogDestination"),
        params.get("LogGroupName"),
        params.get("LogFormat"),
        params.get("MaxAggregationInterval"),
    )
    for one in made:
        one.token = token
        for specification in params.get("TagSpecifications", []):
            one.add_tags({tag["Key"]: tag["Value"] for tag in specification["Tags"]})
        if not _may_write(call, one):
            one.deliver_logs_status, one.deliver_logs_error_message = "FAILED", "Access error"
    return {
        "FlowLogIds": [one.id for one in made],
        "ClientToken": token,
        "Unsuccessful": [
            {"ResourceId": resource, "Error": {"Code": code, "Message": message}} for resource, code, message in refused
        ],
    }


def _may_write(call: Call, flow_log: Any) -> bool:
    if flow_log.log_destination_type != "cloud-watch-logs":
        return True
    place = f"{call.region}:{DEFAULT_ACCOUNT_ID}"
    source = f"arn:aws:ec2:{place}:vpc-flow-log/{flow_log.id}"
    stream = f"arn:aws:logs:{place}:log-group:{flow_log.log_group_name}:log-stream:eni"
    trusted = "vpc-flow-logs.amazonaws.com"
    role = flow_log.deliver_logs_permission_arn
    return may(call.account, role, "logs:PutLogEvents", stream, trusted=trusted, source=source)


@before("ec2:DeleteVpc")
def end(call: Call) -> None:
    """AWS: a flow log ends with what it is of."""
    ec2 = call.backend
    for one in [one for one in ec2.flow_logs.values() if one.resource_id == call.params["VpcId"]]:
        del ec2.flow_logs[one.id]
