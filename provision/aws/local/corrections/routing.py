"""EC2 route tables and subnets."""

from __future__ import annotations

from provision.aws.local.corrections.hooks import after, before
from provision.aws.local.wire import Call, Refusal


@before("ec2:AssociateRouteTable")
def check_association(call: Call) -> None:
    """moto silently keeps a subnet's old table."""
    subnet, table = call.params.get("SubnetId"), call.params["RouteTableId"]
    for other in call.backend.route_tables.values():
        if subnet and other.id != table and subnet in other._associations.values():  # noqa: SLF001 - no other way to them
            raise Refusal(
                "Resource.AlreadyAssociated",
                f"the specified association for route table {table} conflicts with an existing association",
            )


@after("ec2:DeleteSubnet")
def dissociate(call: Call) -> None:
    """moto leaves associations of a deleted subnet, which then block DeleteRouteTable."""
    for table in call.backend.route_tables.values():
        gone = [one for one, subnet in table._associations.items() if subnet == call.params["SubnetId"]]  # noqa: SLF001 - as above
        for one in gone:
            del table._associations[one]  # noqa: SLF001 - as above


@before("ec2:CreateRoute", "ec2:ReplaceRoute")
def check_gateway(call: Call) -> None:
    """moto takes a route to a NAT gateway that is not there."""
    asked = call.params.get("NatGatewayId")
    if not asked:
        return
    gateway = call.backend.nat_gateways.get(asked)
    if gateway is None or gateway.state in {"deleted", "failed"}:
        raise Refusal("InvalidNatGatewayID.NotFound", f"The natGateway ID '{asked}' does not exist")


@before("ec2:CreateRoute", "ec2:ReplaceRoute")
def check_attachment(call: Call) -> None:
    """moto takes a route through an internet gateway that is attached to nothing, or to another VPC."""
    gateway = call.backend.internet_gateways.get(call.params.get("GatewayId", ""))
    table = call.backend.route_tables.get(call.params["RouteTableId"])
    if gateway is None or table is None or (gateway.vpc and gateway.vpc.id == table.vpc_id):
        return
    raise Refusal(
        "InvalidParameterValue",
        f"route table {table.id} and network gateway {gateway.id} belong to different networks",
    )
