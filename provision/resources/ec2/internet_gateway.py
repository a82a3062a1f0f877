"""The way between the public subnets and the internet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import Change, Found, Refusal, Resource
from provision.resources.ec2 import obstacles
from provision.resources.ec2.listing import mine_or_recorded
from provision.resources.ec2.vpc import Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import InternetGatewayTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class InternetGateway(Resource["InternetGatewayTypeDef"]):
    """An internet gateway, attached to the VPC."""

    vpc: Vpc

    kind: ClassVar[str] = "internet gateway"
    repeatable: ClassVar[bool] = False  # AWS: CreateInternetGateway has neither a name nor a token
    patience_down: ClassVar[float] = 20 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (Refusal("DependencyViolation"), Refusal("Resource.AlreadyAssociated"))

    def find(self, run: Run) -> Sequence[Found[InternetGatewayTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.INTERNET_GATEWAYS)
        return [Found(id=one["InternetGatewayId"], seen=one, owned=owned) for one, owned in listed]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - CreateInternetGateway takes no token
        made = run.send.ec2.create_internet_gateway(TagSpecifications=tags.specification(run, self, "internet-gateway"))
        return made["InternetGateway"]["InternetGatewayId"]

    def drift(self, run: Run, found: Found[InternetGatewayTypeDef]) -> Sequence[Change]:
        changes = tags.drift(run, self, found.seen.get("Tags"))
        if run.id_of(self.vpc) not in _attached(found):
            changes.append(Change("attached to", ", ".join(_attached(found)) or "nothing", run.id_of(self.vpc)))
        return changes

    def update(self, run: Run, found: Found[InternetGatewayTypeDef], changes: Sequence[Change]) -> None:
        if any(change.field == "attached to" for change in changes):
            for vpc in _attached(found):
                run.send.ec2.detach_internet_gateway(InternetGatewayId=found.id, VpcId=vpc)
            run.send.ec2.attach_internet_gateway(InternetGatewayId=found.id, VpcId=run.id_of(self.vpc))
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[InternetGatewayTypeDef]) -> None:
        # AWS: the public addresses of a deleted NAT gateway may stay mapped for minutes (terraform-provider-aws).
        for vpc in _attached(found):
            with obstacles.explained(run, self, obstacles.GATEWAY, vpc):
                run.send.ec2.detach_internet_gateway(InternetGatewayId=found.id, VpcId=vpc)
        run.send.ec2.delete_internet_gateway(InternetGatewayId=found.id)


def _attached(found: Found[InternetGatewayTypeDef]) -> list[str]:
    return [one["VpcId"] for one in found.seen.get("Attachments", [])]
