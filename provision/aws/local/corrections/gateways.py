"""EC2 NAT gateways: tokens, tags, and what they hold."""

from __future__ import annotations

import json
import time
from functools import partial
from typing import Any

from provision.aws.local.corrections.filtering import matching, tag_values
from provision.aws.local.corrections.hooks import instead
from provision.aws.local.wire import Call, Refusal

LISTED_SECONDS = 3600
"""AWS: deleted gateways stay listed for about an hour."""


@instead("ec2:CreateNatGateway")
def create(call: Call) -> dict[str, Any]:
    """moto ignores ClientToken: the same call twice makes two gateways, or an error about the address."""
    params = call.params
    tokens = vars(call.backend).setdefault("nat_tokens", {})
    token = params.pop("ClientToken", None)
    asked = json.dumps(params, sort_keys=True, default=str)
    if token in tokens:
        before, made = tokens[token]
        if before != asked:
            raise Refusal("IdempotentParameterMismatch", "The client token was used with other parameters before.")
        return {"NatGateway": call.backend.nat_gateways[made], "ClientToken": token}
    tags = {
        tag["Key"]: tag["Value"]
        for specified in params.get("TagSpecifications", [])
        for tag in specified.get("Tags", [])
    }
    _check_free(call)
    gateway = call.backend.create_nat_gateway(
        subnet_id=params["SubnetId"],
        allocation_id=params.get("AllocationId"),
        tags=tags,
        connectivity_type=params.get("ConnectivityType", "public"),
    )
    interface = gateway._eni  # noqa: SLF001 - no other way to it
    interface.description = f"Interface for NAT Gateway {gateway.id}"
    interface.interface_type = "nat_gateway"
    interface.requester_managed = True
    interface.status = "in-use"
    interface._group_set = []  # noqa: SLF001 - AWS: a NAT gateway's has no group
    if token:
        tokens[token] = (asked, gateway.id)
    return {"NatGateway": gateway, "ClientToken": token}


def _check_free(call: Call) -> None:
    """moto finds out once it has made the interface, and leaves that behind."""
    asked = call.params.get("AllocationId")
    for address in call.backend.address_by_allocation([asked]) if asked else ():
        if address.association_id:
            raise Refusal("Resource.AlreadyAssociated", f"Elastic IP address [{asked}] is already associated")


@instead("ec2:DescribeNatGateways")
def describe(call: Call) -> dict[str, Any]:
    """moto ignores tag filters and unknown ids."""
    known = call.backend.nat_gateways
    asked = call.params.get("NatGatewayIds", [])
    for one in asked:
        if one not in known:
            raise Refusal("NatGatewayNotFound", f"The Nat Gateway {one} was not found")
    oldest = time.time() - LISTED_SECONDS
    listed = [one for one in known.values() if getattr(one, "deleted_at", oldest + 1) > oldest]
    filters = call.params.get("Filter") or call.params.get("Filters") or []
    asked_for = [one for one in listed if not asked or one.id in asked]
    return {"NatGateways": [one for one in asked_for if matching(filters, partial(_has, one))]}


def _has(gateway: Any, name: str) -> list[str]:
    plain = {"nat-gateway-id": "id", "state": "state", "subnet-id": "subnet_id", "vpc-id": "vpc_id"}
    return [str(getattr(gateway, plain[name]))] if name in plain else tag_values(gateway, name)


@instead("ec2:DeleteNatGateway")
def delete(call: Call) -> dict[str, Any]:
    """moto keeps the gateway's interface and address."""
    gateway = call.backend.nat_gateways.get(call.params["NatGatewayId"])
    if gateway is None or gateway.state == "deleted":
        raise Refusal("NatGatewayNotFound", f"NatGateway {call.params['NatGatewayId']} was not found")
    release(call.backend, gateway)
    return {"NatGatewayId": gateway.id}


def release(ec2: Any, gateway: Any) -> None:
    """The gateway is gone, and what it held is free."""
    gateway.state = "deleted"
    gateway.deleted_at = time.time()
    for address in ec2.addresses:
        if address.eni is gateway._eni:  # noqa: SLF001 - no other way to it
            address.eni.public_ip = None
            address.eni = None
            address.association_id = None
    ec2.enis.pop(gateway._eni.id, None)  # noqa: SLF001 - as above
