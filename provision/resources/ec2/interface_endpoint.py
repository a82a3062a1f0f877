"""A private door to Secrets Manager."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import READY, Change, Condition, Found, Refusal, Resource, leaving, settling
from provision.errors import Failed
from provision.resources.ec2.listing import mine_or_recorded
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.subnet import Subnet
from provision.resources.ec2.vpc_dns import VpcDns

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import VpcEndpointTypeDef

    from provision.engine.run import Run

EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
"""The one statement of the policy that AWS gives an endpoint without one."""


@dataclass(frozen=True, kw_only=True, eq=False)
class InterfaceEndpoint(Resource["VpcEndpointTypeDef"]):
    """An interface endpoint for Secrets Manager, with private DNS, so that its usual name leads to it."""

    dns: VpcDns
    subnets: tuple[Subnet, ...]
    group: SecurityGroup

    kind: ClassVar[str] = "VPC endpoint"
    repeatable: ClassVar[bool] = False  # AWS remembers a token for a day at most, and an emulator none
    usual_up: ClassVar[float] = 90
    patience_up: ClassVar[float] = 10 * 60
    usual_down: ClassVar[float] = 60
    patience_down: ClassVar[float] = 15 * 60
    # AWS: refused so while the VPC's DNS attributes are not seen as on.
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("InvalidParameter", "enableDns"),)

    def find(self, run: Run) -> Sequence[Found[VpcEndpointTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.VPC_ENDPOINTS)
        return [
            Found(id=one["VpcEndpointId"], seen=one, owned=owned, made=one["CreationTimestamp"].isoformat())
            for one, owned in listed
            if one["State"].lower() != "deleted"
        ]

    def create(self, run: Run, token: str) -> str:
        made = run.send.ec2.create_vpc_endpoint(
            VpcEndpointType="Interface",
            VpcId=run.id_of(self.dns.vpc),
            ServiceName=f"com.amazonaws.{run.stack.region}.secretsmanager",
            SubnetIds=[run.id_of(subnet) for subnet in self.subnets],
            SecurityGroupIds=[run.id_of(self.group)],
            PrivateDnsEnabled=True,
            ClientToken=token,
            TagSpecifications=tags.specification(run, self, "vpc-endpoint"),
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def condition(self, run: Run, found: Found[VpcEndpointTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        state = found.seen["State"].lower()  # AWS: the model has capitals, the wire has none
        if state in ("failed", "rejected", "expired"):
            why = found.seen.get("LastError", {}).get("Message") or f"Its state is {state}."
            raise Failed(what="AWS could not make the VPC endpoint.", why=why, hint="Delete it, then run `up` again.")
        if state == "deleting":
            return leaving()
        return READY if state == "available" else settling(state)

    def drift(self, run: Run, found: Found[VpcEndpointTypeDef]) -> Sequence[Change]:
        changes = tags.drift(run, self, found.seen.get("Tags"))
        groups = {group["GroupId"] for group in found.seen.get("Groups", [])}
        for field, have, want in (
            ("subnets", set(found.seen.get("SubnetIds", [])), {run.id_of(subnet) for subnet in self.subnets}),
            ("groups", groups, {run.id_of(self.group)}),
            ("private DNS", {str(found.seen.get("PrivateDnsEnabled", False)).lower()}, {"true"}),
        ):
            if have != want:
                changes.append(Change(field, ", ".join(sorted(have)) or "none", ", ".join(sorted(want))))
        if not _admits_all(found.seen.get("PolicyDocument")):
            changes.append(Change("policy", "another", "AWS's own, which leaves it to those of role and secret"))
        return changes

    def update(self, run: Run, found: Found[VpcEndpointTypeDef], changes: Sequence[Change]) -> None:
        tags.mend_ec2(run, found.id, changes)
        ask: dict[str, Any] = {}
        fields = {change.field for change in changes}
        if "subnets" in fields:
            have, want = set(found.seen.get("SubnetIds", [])), {run.id_of(subnet) for subnet in self.subnets}
            ask |= {"AddSubnetIds": sorted(want - have), "RemoveSubnetIds": sorted(have - want)}
        if "groups" in fields:
            groups, ours = {group["GroupId"] for group in found.seen.get("Groups", [])}, run.id_of(self.group)
            ask |= {"AddSecurityGroupIds": [ours], "RemoveSecurityGroupIds": sorted(groups - {ours})}
        if "private DNS" in fields:
            ask["PrivateDnsEnabled"] = True
        if "policy" in fields:
            ask["PolicyDocument"] = json.dumps({"Version": "2012-10-17", "Statement": [EVERYTHING]})
        if ask := {name: value for name, value in ask.items() if value}:
            run.send.ec2.modify_vpc_endpoint(VpcEndpointId=found.id, **ask)

    def delete(self, run: Run, found: Found[VpcEndpointTypeDef]) -> None:
        ec2.insist_on_success(run.send.ec2.delete_vpc_endpoints(VpcEndpointIds=[found.id]), "DeleteVpcEndpoints")


def _admits_all(document: str | None) -> bool:
    """Whether it is the policy that AWS gives an endpoint without one, in whatever form AWS writes it."""
    if not document:
        return True
    statements = json.loads(document).get("Statement", [])
    if isinstance(statements, dict):  # AWS: one may stand alone, not in a list
        statements = [statements]
    return [{name: value for name, value in one.items() if name != "Sid"} for one in statements] == [EVERYTHING]
