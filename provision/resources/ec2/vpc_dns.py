"""Whether names can be looked up in the private network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.engine.resource import Change, Found, Property
from provision.resources.ec2.vpc import Vpc

if TYPE_CHECKING:
    from mypy_boto3_ec2.literals import VpcAttributeNameType

    from provision.engine.run import Run

ATTRIBUTES: dict[str, VpcAttributeNameType] = {
    "EnableDnsSupport": "enableDnsSupport",
    "EnableDnsHostnames": "enableDnsHostnames",
}


@dataclass(frozen=True, kw_only=True, eq=False)
class VpcDns(Property[Mapping[str, bool]]):
    """The VPC's DNS support and DNS host names, which interface endpoints with private DNS need. AWS takes about ten
    seconds to show them, and what lies in the VPC need not wait for that."""

    vpc: Vpc

    kind: ClassVar[str] = "VPC's DNS attributes"

    def find(self, run: Run) -> Sequence[Found[Mapping[str, bool]]]:
        return [
            Found(id=vpc, seen={field: self._is_on(run, vpc, field) for field in ATTRIBUTES})
            for vpc in self.vpc.ids(run)
        ]

    def drift(self, run: Run, found: Found[Mapping[str, bool]]) -> Sequence[Change]:  # noqa: ARG002 - its description says it
        return [Change(field, "false", "true") for field, on in found.seen.items() if not on]

    def update(self, run: Run, found: Found[Mapping[str, bool]], changes: Sequence[Change]) -> None:
        # AWS: ModifyVpcAttribute takes one attribute a call, and host names only where there is DNS support.
        fields = {change.field for change in changes}
        if "EnableDnsSupport" in fields:
            run.send.ec2.modify_vpc_attribute(VpcId=found.id, EnableDnsSupport={"Value": True})
        if "EnableDnsHostnames" in fields:
            run.send.ec2.modify_vpc_attribute(VpcId=found.id, EnableDnsHostnames={"Value": True})

    def _is_on(self, run: Run, vpc: str, field: str) -> bool:
        attribute = ATTRIBUTES[field]
        answer: Any = run.look(
            (attribute, vpc), lambda: run.aws.ec2.describe_vpc_attribute(VpcId=vpc, Attribute=attribute)
        )
        return bool(answer[field]["Value"])
