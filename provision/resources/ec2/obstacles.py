"""What keeps a network part from being deleted: told once AWS has refused, and whether time cures it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from provision.aws import ec2, tags
from provision.aws.ec2 import Listing
from provision.aws.refusals import code_of
from provision.engine.resource import NotYet, Resource
from provision.resources.ec2.listing import by_id, filtered, of_stack
from provision.resources.others import instances, stays

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import NetworkInterfaceTypeDef, VpcPeeringConnectionTypeDef

    from provision.engine.run import Run

IN_USE = {"DependencyViolation", "InvalidGroup.InUse"}
OVER = {"deleting", "deleted", "failed"}
LAMBDA = "AWS Lambda VPC ENI-"
TAIL = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{8,}")
"""AWS: what comes behind the function's name in the description of an interface that Lambda made for it."""
DATABASE, PROXY, ENDPOINT = "RDSNetworkInterface", "Network interface for DBProxy", "VPC Endpoint Interface"
SERVICES = ("Interface for NAT Gateway", ENDPOINT, DATABASE, PROXY)
"""How the services that a stack uses describe the network interfaces that they make and let go of."""
OTHER_SERVICES = ("ELB ", "EFS mount target")
"""AWS: load balancers and file systems describe theirs so, and these may have groups of ours."""


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Where to look: `interfaces` is a filter of DescribeNetworkInterfaces, `public` means only those with a public
    address, `guests` are other things that may hold it, each with its filter. `ties` have no filter that serves; with
    each is what tells the ids that one is tied to. `unseen` says what is not asked for."""

    interfaces: str
    public: bool = False
    guests: tuple[tuple[Listing[Any], str], ...] = ()
    ties: tuple[tuple[Listing[Any], Callable[[Any], set[str]]], ...] = ()
    unseen: str = ""


def _ends(peering: VpcPeeringConnectionTypeDef) -> set[str]:
    """AWS: one that is asked for, refused or over is listed, too; a VPC is held by one that is in force
    (hashicorp/terraform-provider-aws#3118)."""
    if peering["Status"].get("Code") != "active":
        return set()
    return {peering[side].get("VpcId", "") for side in ("RequesterVpcInfo", "AccepterVpcInfo")}


def _attached(attachments: Sequence[Any]) -> set[str]:
    return {one["VpcId"] for one in attachments if one["State"] != "detached"}


VPC = Scope(
    interfaces="vpc-id",
    guests=(
        (ec2.SECURITY_GROUPS, "vpc-id"),
        (ec2.VPC_ENDPOINTS, "vpc-id"),
        (ec2.SUBNETS, "vpc-id"),
        (ec2.NAT_GATEWAYS, "vpc-id"),
        (ec2.ROUTE_TABLES, "vpc-id"),
        (ec2.NETWORK_ACLS, "vpc-id"),
        (ec2.INTERNET_GATEWAYS, "attachment.vpc-id"),
    ),
    ties=(
        (ec2.VPC_PEERINGS, _ends),
        (ec2.VPN_GATEWAYS, lambda one: _attached(one["VpcAttachments"])),
        (ec2.EGRESS_ONLY_GATEWAYS, lambda one: _attached(one["Attachments"])),
    ),
    unseen="; somebody may have something of another service, such as VPC Lattice, there",
)
SUBNET = Scope(interfaces="subnet-id", guests=((ec2.NAT_GATEWAYS, "subnet-id"),))
GROUP = Scope(
    interfaces="group-id",
    guests=((ec2.SECURITY_GROUPS, "ip-permission.group-id"), (ec2.SECURITY_GROUPS, "egress.ip-permission.group-id")),
    unseen="; somebody may have associated it with another VPC",
)
GATEWAY = Scope(interfaces="vpc-id", public=True, guests=((ec2.NAT_GATEWAYS, "vpc-id"),))
"""Of an internet gateway: what has a public address in the VPC with that id."""


@contextmanager
def explained(run: Run, step: Resource[Any], scope: Scope, value: str, *, vpc: str = "") -> Iterator[None]:
    """Around a delete. When AWS refuses it as in use, raises `Failed`, naming them, for things of somebody else, and
    `NotYet` for what a service of AWS has still to release. `value` is what the scope's filters are asked for; guests
    outside `vpc`, if that is given, hold nothing."""
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        if code_of(error) not in IN_USE:
            raise
        held = filtered(run, ec2.NETWORK_INTERFACES, {scope.interfaces: [value]})
        held = [one for one in held if _is_public(one) or not scope.public]
        own = Own.of(run)
        others = [_words(one) for one in held if not own.let_go_by_aws(one)]
        within = {"vpc-id": [vpc]} if vpc else {}
        for listing, name in scope.guests:
            listed = filtered(run, listing, {name: [value], **within})
            # A private NAT gateway, too, has no public address.
            listed = [one for one in listed if not (scope.public and one.get("ConnectivityType") == "private")]
            others += _guests(run, listing, listed)
        for listing, tied_to in scope.ties:
            others += _guests(run, listing, [one for one in filtered(run, listing, {}) if value in tied_to(one)])
        # AWS: an endpoint's interface names it; somebody's may have just the groups of ours, and stays as long as it.
        described = [one.get("Description", "") for one in held]
        for endpoint in [one.removeprefix(ENDPOINT).strip() for one in described if one.startswith(ENDPOINT)]:
            others += _guests(run, ec2.VPC_ENDPOINTS, by_id(run, ec2.VPC_ENDPOINTS, endpoint))
        # AWS: a database's interface does not say whose it is, and somebody's may have just the groups of ours.
        groups = [_groups(one) for one in held if one.get("Description", "").startswith(DATABASE)]
        if groups:
            others += instances(
                run, lambda one: {group["VpcSecurityGroupId"] for group in one["VpcSecurityGroups"]} in groups
            )
        if others:
            raise stays(step, others) from error
        waiting = f": {_words(held[0])}" if held else scope.unseen
        raise NotYet(f"AWS still holds it{waiting}", doubtful=True) from error


@dataclass(frozen=True, kw_only=True)
class Own:
    """What tells network interfaces of this stack's parts from those of others: ids of groups and interfaces."""

    stack: str
    groups: frozenset[str]
    interfaces: frozenset[str]

    @classmethod
    def of(cls, run: Run) -> Own:
        def ours(listing: Listing[Any]) -> list[Any]:
            return [one for one in of_stack(run, listing) if _is_ours(run, one)]

        interfaces = {held for one in ours(ec2.VPC_ENDPOINTS) for held in one.get("NetworkInterfaceIds", [])}
        addresses = [address for nat in ours(ec2.NAT_GATEWAYS) for address in nat.get("NatGatewayAddresses", [])]
        return cls(
            stack=run.stack.name,
            groups=frozenset(group["GroupId"] for group in ours(ec2.SECURITY_GROUPS)),
            interfaces=frozenset(interfaces | {one.get("NetworkInterfaceId", "") for one in addresses}),
        )

    def let_go_by_aws(self, interface: NetworkInterfaceTypeDef) -> bool:
        """Whether Lambda, RDS, the proxy, the NAT gateway or the endpoint of this stack will let go of it by itself."""
        description = interface.get("Description", "")
        if description.startswith(LAMBDA):
            return any(of_function(description, f"{self.stack}-{which}") for which in ("function", "rotation"))
        if interface["NetworkInterfaceId"] in self.interfaces:
            return True
        if description.startswith(PROXY) and description.removeprefix(PROXY).strip() != f"{self.stack}-proxy":
            return False
        # A NAT gateway's has no group; those of the other services have the groups that we gave them.
        groups = _groups(interface)
        managed = interface.get("RequesterManaged", False) and not description.startswith(OTHER_SERVICES)
        return (description.startswith(SERVICES) or (managed and bool(groups))) and groups <= self.groups


def of_function(description: str, function: str) -> bool:
    """Whether Lambda made the interface for just this function, and not for one whose name begins like its own."""
    head = f"{LAMBDA}{function}-"
    return description.startswith(head) and TAIL.fullmatch(description.removeprefix(head)) is not None


def _guests(run: Run, listing: Listing[Any], listed: Sequence[Any]) -> list[str]:
    """What is listed without the stack's tags, such as GuardDuty's endpoint; not what comes and goes with a VPC."""
    found = []
    for one in listed:
        main = any(association.get("Main") for association in one.get("Associations", []))
        with_vpc = one.get("GroupName") == "default" or one.get("IsDefault") or main
        # The stack's name alone, as a copy may have it, makes nothing a row that `teardown` removes.
        if (
            (_is_ours(run, one) and tags.KEY in tags.read(one.get("Tags")))
            or with_vpc
            or str(one.get("State", "")).lower() in OVER
        ):
            continue
        about = one.get("GroupName") or one.get("ServiceName") or one.get("CidrBlock")
        found.append(f"{listing.noun} {one[listing.id_field]}" + (f" ({about})" if about else ""))
    return found


def _is_public(interface: NetworkInterfaceTypeDef) -> bool:
    """AWS: beside the interface itself, only its first address says so."""
    addresses: list[Any] = [interface, *interface.get("PrivateIpAddresses", [])]
    return any(one.get("Association") for one in addresses)


def _groups(interface: NetworkInterfaceTypeDef) -> set[str]:
    return {group["GroupId"] for group in interface.get("Groups", [])}


def _is_ours(run: Run, described: Any) -> bool:
    return tags.read(described.get("Tags")).get(tags.STACK) == run.stack.name


def _words(interface: NetworkInterfaceTypeDef) -> str:
    instance = interface.get("Attachment", {}).get("InstanceId")
    about = [interface.get("Description"), instance and f"of {instance}", interface.get("Status")]
    return f"network interface {interface['NetworkInterfaceId']} ({', '.join(one for one in about if one)})"
