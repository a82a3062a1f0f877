"""Where the packets of some subnets go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.errors import Failed, NotOurs
from provision.resources.ec2.listing import mine_or_recorded
from provision.resources.ec2.subnet import Subnet
from provision.resources.ec2.vpc import Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import RouteTableTypeDef, RouteTypeDef

    from provision.engine.run import Run

OUT = "0.0.0.0/0"
"""Where the stack's own routes lead to."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RouteTable(Resource["RouteTableTypeDef"]):
    """A route table with its associations. Its ways out are steps of their own; any other route that somebody put
    there by hand is drift."""

    vpc: Vpc
    subnets: tuple[Subnet, ...]

    kind: ClassVar[str] = "route table"
    repeatable: ClassVar[bool] = False  # AWS remembers a token for a day at most, and an emulator none
    several: ClassVar[bool] = True
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("DependencyViolation"), Refusal("Resource.AlreadyAssociated"))

    def find(self, run: Run) -> Sequence[Found[RouteTableTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.ROUTE_TABLES)
        return [Found(id=one["RouteTableId"], seen=one, owned=owned) for one, owned in listed]

    def create(self, run: Run, token: str) -> str:
        made = run.send.ec2.create_route_table(
            VpcId=run.id_of(self.vpc),
            ClientToken=token,
            TagSpecifications=tags.specification(run, self, "route-table"),
        )
        return made["RouteTable"]["RouteTableId"]

    def drift(self, run: Run, found: Found[RouteTableTypeDef]) -> Sequence[Change]:
        changes = tags.drift(run, self, found.seen.get("Tags"))
        associated = {subnet for _, subnet in _associations(found.seen)}
        for subnet in self.subnets:
            if run.id_of(subnet) not in associated:
                changes.append(Change(f"association {subnet.key}", "absent", run.id_of(subnet)))
        return changes + [Change(f"route {where}", _through(route), "absent") for where, route in _extra(found)]

    def update(self, run: Run, found: Found[RouteTableTypeDef], changes: Sequence[Change]) -> None:
        self._associate(run, found.id, [one.want for one in changes if one.field.startswith("association ")])
        for where, route in _extra(found):
            family = "DestinationIpv6CidrBlock" if "DestinationIpv6CidrBlock" in route else "DestinationCidrBlock"
            destination: Any = {family: where}
            run.send.ec2.delete_route(RouteTableId=found.id, **destination)
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[RouteTableTypeDef]) -> None:
        ours = {one.id for subnet in self.subnets for one in subnet.find(run) if one.owned}
        theirs = [subnet for _, subnet in _associations(found.seen) if subnet not in ours]
        holders = [f"subnet {subnet}" for subnet in theirs]
        if any(one.get("Main") for one in found.seen.get("Associations", [])):  # AWS: it goes with the VPC alone
            holders.append(f"VPC {found.seen['VpcId']}, as its main table")
        if holders:
            recorded = {row.id for row in map(run.recorded, self.subnets) if row is not None}
            refusal = NotOurs if recorded & set(theirs) else Failed  # one of ours that lost its tags
            raise refusal(
                what=f"The {self.label} stays: something that is not this stack's uses it.",
                why=f"{', '.join(holders)}.",
                hint="Give it another route table, then run the same command again.",
            )
        for association, _ in _associations(found.seen):
            run.send.ec2.disassociate_route_table(AssociationId=association)
        run.send.ec2.delete_route_table(RouteTableId=found.id)

    def _associate(self, run: Run, table: str, subnets: list[str]) -> None:
        others = ec2.ROUTE_TABLES.filtered(run, {"association.subnet-id": subnets}) if subnets else []
        elsewhere = {subnet: association for other in others for association, subnet in _associations(other)}
        for subnet in subnets:
            if subnet in elsewhere:
                run.send.ec2.replace_route_table_association(AssociationId=elsewhere[subnet], RouteTableId=table)
            else:
                run.send.ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)


def _associations(table: RouteTableTypeDef) -> list[tuple[str, str]]:
    """(association id, subnet id)."""
    return [
        (one["RouteTableAssociationId"], one["SubnetId"])
        for one in table.get("Associations", [])
        if one.get("SubnetId") and one.get("AssociationState", {}).get("State") != "disassociated"
    ]


def _extra(found: Found[RouteTableTypeDef]) -> list[tuple[str, RouteTypeDef]]:
    """(destination, route) of those that no step of the stack makes. AWS: what a gateway endpoint or a virtual
    private gateway put there is theirs, goes with them, and cannot be deleted here."""
    routes = [
        (route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock") or "", route)
        for route in found.seen.get("Routes", [])
        if route.get("Origin") == "CreateRoute" and not route.get("GatewayId", "").startswith(("local", "vpce-"))
    ]
    return [(where, route) for where, route in routes if where not in ("", OUT)]


def _through(route: RouteTypeDef) -> str:
    targets = (value for name, value in route.items() if name.endswith("Id"))
    return str(next(targets, "something"))
