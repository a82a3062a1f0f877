"""EC2's describes, a row for each kind of thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import (
        AddressTypeDef,
        EgressOnlyInternetGatewayTypeDef,
        FlowLogTypeDef,
        InternetGatewayTypeDef,
        NatGatewayTypeDef,
        NetworkAclTypeDef,
        NetworkInterfaceTypeDef,
        RouteTableTypeDef,
        SecurityGroupRuleTypeDef,
        SecurityGroupTypeDef,
        SubnetTypeDef,
        VpcEndpointTypeDef,
        VpcPeeringConnectionTypeDef,
        VpcTypeDef,
        VpnGatewayTypeDef,
    )

    from provision.engine.run import Run

T = TypeVar("T")

Filters = Mapping[str, Sequence[str]]
"""Values by the filter's name, such as `{"vpc-id": ["vpc-0123"]}`; what passes every one of them is listed."""


@dataclass(frozen=True)
class Listing(Generic[T]):
    """What a describe shows, its operation, where its answer has the items and they their ids, and the parameter for
    filters."""

    noun: str
    operation: str
    items: str
    id_field: str
    filters: str = "Filters"

    def filtered(self, run: Run, filters: Filters) -> list[T]:
        asked = [{"Name": name, "Values": list(values)} for name, values in filters.items()]
        return self._described(run, {self.filters: asked})

    def by_id(self, run: Run, identifier: str) -> list[T]:
        """Raises AWS's refusal where there is no such thing."""
        return self._described(run, {f"{self.id_field}s": [identifier]})  # AWS: the id's field in the plural

    def _described(self, run: Run, asked: Mapping[str, Any]) -> list[T]:
        client: Any = run.aws.ec2
        if not client.can_paginate(self.operation):
            return list(getattr(client, self.operation)(**asked)[self.items])
        pages = client.get_paginator(self.operation).paginate(**asked)
        return [one for page in pages for one in page[self.items]]


SINGULAR = "Filter"
"""AWS: the parameter of DescribeNatGateways and DescribeFlowLogs."""

VPCS: Listing[VpcTypeDef] = Listing("VPC", "describe_vpcs", "Vpcs", "VpcId")
SUBNETS: Listing[SubnetTypeDef] = Listing("subnet", "describe_subnets", "Subnets", "SubnetId")
INTERNET_GATEWAYS: Listing[InternetGatewayTypeDef] = Listing(
    "internet gateway", "describe_internet_gateways", "InternetGateways", "InternetGatewayId"
)
ADDRESSES: Listing[AddressTypeDef] = Listing("Elastic IP address", "describe_addresses", "Addresses", "AllocationId")
NAT_GATEWAYS: Listing[NatGatewayTypeDef] = Listing(
    "NAT gateway", "describe_nat_gateways", "NatGateways", "NatGatewayId", SINGULAR
)
ROUTE_TABLES: Listing[RouteTableTypeDef] = Listing(
    "route table", "describe_route_tables", "RouteTables", "RouteTableId"
)
NETWORK_ACLS: Listing[NetworkAclTypeDef] = Listing(
    "network ACL", "describe_network_acls", "NetworkAcls", "NetworkAclId"
)
SECURITY_GROUPS: Listing[SecurityGroupTypeDef] = Listing(
    "security group", "describe_security_groups", "SecurityGroups", "GroupId"
)
SECURITY_GROUP_RULES: Listing[SecurityGroupRuleTypeDef] = Listing(
    "security group rule", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId"
)
VPC_ENDPOINTS: Listing[VpcEndpointTypeDef] = Listing(
    "VPC endpoint", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId"
)
FLOW_LOGS: Listing[FlowLogTypeDef] = Listing("flow log", "describe_flow_logs", "FlowLogs", "FlowLogId", SINGULAR)
NETWORK_INTERFACES: Listing[NetworkInterfaceTypeDef] = Listing(
    "network interface", "describe_network_interfaces", "NetworkInterfaces", "NetworkInterfaceId"
)
VPC_PEERINGS: Listing[VpcPeeringConnectionTypeDef] = Listing(
    "peering connection", "describe_vpc_peering_connections", "VpcPeeringConnections", "VpcPeeringConnectionId"
)
VPN_GATEWAYS: Listing[VpnGatewayTypeDef] = Listing(
    "VPN gateway", "describe_vpn_gateways", "VpnGateways", "VpnGatewayId"
)
EGRESS_ONLY_GATEWAYS: Listing[EgressOnlyInternetGatewayTypeDef] = Listing(
    "egress-only internet gateway",
    "describe_egress_only_internet_gateways",
    "EgressOnlyInternetGateways",
    "EgressOnlyInternetGatewayId",
)


def insist_on_success(answer: Mapping[str, Any], operation: str) -> None:
    """AWS: of some calls an answer with HTTP 200 lists what it refused. Raises the first of these as any other refusal,
    so that what is passing, or gone already, is taken for that."""
    from botocore.exceptions import ClientError

    if refused := answer.get("Unsuccessful"):
        raise ClientError({"Error": refused[0].get("Error", {})}, operation)
