"""EC2's part of a picture: everything in the VPCs of the function and the database that traffic passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from provision.aws import ec2
from provision.doctor.gather.reader import Reader
from provision.doctor.network import Acl, Endpoint, Entry, Group, Nat, Network, Route, RouteTable, Rule, Subnet, Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import NetworkAclTypeDef, RouteTableTypeDef, SecurityGroupTypeDef

TARGETS = (
    "NatGatewayId",
    "GatewayId",
    "TransitGatewayId",
    "VpcPeeringConnectionId",
    "NetworkInterfaceId",
    "EgressOnlyInternetGatewayId",
    "CoreNetworkArn",
)


def reads(reader: Reader, vpcs: list[str]) -> list[Callable[[], list[Any]]]:
    """The questions, for `built` in this order; those about several VPCs at once are one call."""

    def listed(listing: ec2.Listing[Any], vpc: str = "vpc-id") -> Callable[[], list[Any]]:
        """`vpc` is the filter's name."""
        what = f"the {listing.noun}s"
        return lambda: reader.listed(what, lambda: listing.filtered(reader.run, {vpc: vpcs})) if vpcs else []

    return [
        lambda: [_vpc(reader, one) for one in vpcs],
        listed(ec2.SUBNETS),
        listed(ec2.ROUTE_TABLES),
        listed(ec2.NETWORK_ACLS),
        listed(ec2.SECURITY_GROUPS),
        listed(ec2.NAT_GATEWAYS),
        listed(ec2.INTERNET_GATEWAYS, "attachment.vpc-id"),
        listed(ec2.VPC_ENDPOINTS),
    ]


def built(answers: list[Any]) -> Network:
    """What the answers to `reads` say."""
    vpcs, subnets, tables, acls, groups, nats, gateways, endpoints = answers
    return Network(
        vpcs={one.id: one for one in vpcs},
        subnets={one["SubnetId"]: _subnet(one) for one in subnets},
        tables=tuple(_table(one) for one in tables),
        acls=tuple(_acl(one) for one in acls),
        groups={one["GroupId"]: _group(one) for one in groups},
        nats={one["NatGatewayId"]: _nat(one) for one in nats},
        gateways={one["InternetGatewayId"]: _attached(one) for one in gateways},
        endpoints=tuple(_endpoint(one) for one in endpoints if _for_secrets(one)),
    )


def _vpc(reader: Reader, vpc: str) -> Vpc:
    ask: Any = reader.aws.ec2.describe_vpc_attribute
    support = reader.ask("DNS support", lambda: ask(VpcId=vpc, Attribute="enableDnsSupport"))
    names = reader.ask("DNS host names", lambda: ask(VpcId=vpc, Attribute="enableDnsHostnames"))
    return Vpc(
        id=vpc,
        dns_support=support is None or support["EnableDnsSupport"]["Value"],
        dns_hostnames=names is None or names["EnableDnsHostnames"]["Value"],
    )


def _subnet(seen: Any) -> Subnet:
    return Subnet(
        id=seen["SubnetId"],
        vpc=seen["VpcId"],
        cidr=seen["CidrBlock"],
        zone=seen["AvailabilityZone"],
        free=seen.get("AvailableIpAddressCount", 1),
        block_mode=seen.get("BlockPublicAccessStates", {}).get("InternetGatewayBlockMode", "off"),
    )


def _table(seen: RouteTableTypeDef) -> RouteTable:
    joined = seen.get("Associations", [])
    return RouteTable(
        id=seen["RouteTableId"],
        vpc=seen["VpcId"],
        main=any(one.get("Main") for one in joined),
        subnets=tuple(one["SubnetId"] for one in joined if one.get("SubnetId")),
        routes=tuple(_route(one) for one in seen.get("Routes", [])),
    )


def _route(seen: Any) -> Route:
    target = next((seen[name] for name in TARGETS if seen.get(name)), "")
    destination = seen.get("DestinationCidrBlock") or seen.get("DestinationPrefixListId") or ""
    return Route(destination=destination, target=target, state=seen.get("State", "active"))


def _acl(seen: NetworkAclTypeDef) -> Acl:
    entries = [_entry(one) for one in seen.get("Entries", []) if one.get("CidrBlock")]
    return Acl(
        id=seen["NetworkAclId"],
        subnets=tuple(one["SubnetId"] for one in seen.get("Associations", [])),
        entries=tuple(sorted(entries, key=lambda entry: entry.number)),
    )


def _entry(seen: Any) -> Entry:
    ports = seen.get("PortRange")
    return Entry(
        number=seen["RuleNumber"],
        egress=seen["Egress"],
        protocol=str(seen["Protocol"]),
        ports=(ports["From"], ports["To"]) if ports else None,
        cidr=seen["CidrBlock"],
        allow=seen["RuleAction"] == "allow",
    )


def _group(seen: SecurityGroupTypeDef) -> Group:
    into = [rule for one in seen.get("IpPermissions", []) for rule in _rules(one, egress=False)]
    out_of = [rule for one in seen.get("IpPermissionsEgress", []) for rule in _rules(one, egress=True)]
    return Group(id=seen["GroupId"], name=seen.get("GroupName", ""), rules=(*into, *out_of))


def _rules(seen: Any, *, egress: bool) -> list[Rule]:
    protocol = str(seen["IpProtocol"])
    ports = None if protocol == "-1" else (seen.get("FromPort", -1), seen.get("ToPort", -1))
    peers = [
        *(one["CidrIp"] for one in seen.get("IpRanges", [])),
        *(one["CidrIpv6"] for one in seen.get("Ipv6Ranges", [])),
        *(one["PrefixListId"] for one in seen.get("PrefixListIds", [])),
        *(one["GroupId"] for one in seen.get("UserIdGroupPairs", []) if one.get("GroupId")),
    ]
    return [Rule(egress=egress, protocol=protocol, ports=ports, peer=peer) for peer in peers]


def _nat(seen: Any) -> Nat:
    return Nat(
        id=seen["NatGatewayId"],
        state=seen["State"],
        subnet=seen.get("SubnetId", ""),  # AWS: a regional gateway is in none
        public=seen.get("ConnectivityType", "public") == "public",
        failure=seen.get("FailureMessage", ""),
    )


def _attached(seen: Any) -> tuple[str, ...]:
    return tuple(one["VpcId"] for one in seen.get("Attachments", []) if one.get("State") in ("attached", "available"))


def _for_secrets(seen: Any) -> bool:
    # AWS: a deleted endpoint stays listed for a while.
    alive = seen["State"].lower() not in ("deleted", "deleting")
    return alive and seen.get("ServiceName", "").endswith(".secretsmanager")


def _endpoint(seen: Any) -> Endpoint:
    return Endpoint(
        id=seen["VpcEndpointId"],
        vpc=seen["VpcId"],
        state=seen["State"].lower(),  # AWS: the model has capitals, the wire has none
        private_dns=seen.get("PrivateDnsEnabled", False),
        subnets=tuple(seen.get("SubnetIds", [])),
        groups=tuple(one["GroupId"] for one in seen.get("Groups", [])),
        policy=seen.get("PolicyDocument") or "",
        error=seen.get("LastError", {}).get("Message", ""),
    )
