"""EC2 VPC endpoints."""

from __future__ import annotations

import json
from typing import Any

from moto.ec2.models.vpcs import VPCEndPoint

from provision.aws.local.corrections.hooks import after, amend, before
from provision.aws.local.wire import Call, Refusal


@before("ec2:CreateVpcEndpoint")
def check(call: Call) -> None:
    """moto checks neither the VPC's DNS attributes nor a second private name for the same service."""
    params = call.params
    private = params.get("PrivateDnsEnabled", True) and params.get("VpcEndpointType", "Gateway").lower() == "interface"
    vpc = call.backend.vpcs.get(params["VpcId"])
    if vpc is None or not private or _known(call):
        return
    if str(vpc.enable_dns_support).lower() != "true" or str(vpc.enable_dns_hostnames).lower() != "true":
        raise Refusal(
            "InvalidParameter",
            "Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true "
            f"for {params['VpcId']}",
        )
    for other in call.backend.vpc_end_points.values():
        same = (other.vpc_id, other.service_name) == (params["VpcId"], params["ServiceName"])
        if same and other.private_dns_enabled and other.state != "deleted":
            raise Refusal(
                "InvalidParameter",
                "private-dns-enabled cannot be set because there is already a conflicting DNS domain for "
                f"{params['ServiceName']} in the VPC {params['VpcId']}",
            )


@after("ec2:CreateVpcEndpoint")
def mark(call: Call) -> None:
    """moto makes the endpoint's interfaces with the default group and as nobody's; it has no memory for tokens."""
    if _known(call):  # moto has made another; the first one is told by `tell_first`
        made = next(reversed(call.backend.vpc_end_points))
        call.backend.delete_vpc_endpoints([made])
        del call.backend.vpc_end_points[made]
        return
    endpoint = next(reversed(call.backend.vpc_end_points.values()))
    if endpoint.private_dns_enabled is None:
        endpoint.private_dns_enabled = (endpoint.vpc_endpoint_type or "").lower() == "interface"
    for one in endpoint.network_interface_ids:
        interface = call.backend.enis[one]
        interface.description = f"VPC Endpoint Interface {endpoint.id}"
        interface.interface_type = "vpc_endpoint"
        interface.requester_managed = True
        interface.status = "in-use"
        groups = [call.backend.get_security_group_from_id(group) for group in endpoint.security_group_ids]
        interface._group_set = [group for group in groups if group] or interface._group_set  # noqa: SLF001 - moto has no setter
    if call.params.get("ClientToken"):
        _tokens(call)[call.params["ClientToken"]] = (_asked(call), endpoint.id)


@amend("ec2:CreateVpcEndpoint")
def tell_first(call: Call, result: dict[str, Any]) -> None:
    """The same token gives the same endpoint."""
    known = _known(call)
    if known:
        result["VpcEndpoint"]["VpcEndpointId"] = known


@after("ec2:ModifyVpcEndpoint")
def change(call: Call) -> None:
    """moto changes neither private DNS nor the policy back to the default."""
    endpoint = call.backend.vpc_end_points[call.params["VpcEndpointId"]]
    endpoint.private_dns_enabled = call.params.get("PrivateDnsEnabled", endpoint.private_dns_enabled)
    if call.params.get("ResetPolicy"):
        endpoint.policy_document = json.dumps(VPCEndPoint.DEFAULT_POLICY)


@amend("ec2:DeleteVpcEndpoints")
def tell_unknown(call: Call, result: dict[str, Any]) -> None:
    """moto says nothing of ids that it does not know. The answer is 200 all the same, as on AWS."""
    unknown = [one for one in call.params["VpcEndpointIds"] if one not in call.backend.vpc_end_points]
    result["Unsuccessful"] = [
        {
            "ResourceId": one,
            "Error": {"Code": "InvalidVpcEndpoint.NotFound", "Message": f"The Vpc Endpoint Id '{one}' does not exist"},
        }
        for one in unknown
    ]


def _tokens(call: Call) -> dict[str, tuple[str, str]]:
    tokens: dict[str, tuple[str, str]] = vars(call.backend).setdefault("endpoint_tokens", {})
    return tokens


def _asked(call: Call) -> str:
    return json.dumps(call.params, sort_keys=True, default=str)


def _known(call: Call) -> str | None:
    token = call.params.get("ClientToken")
    if not token or token not in _tokens(call):
        return None
    asked, made = _tokens(call)[token]
    if asked != _asked(call):
        raise Refusal("IdempotentParameterMismatch", "The client token was used with other parameters before.")
    return made
