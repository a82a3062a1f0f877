"""What Lambda keeps in the VPC after a function is gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import ec2, tags
from provision.aws.refusals import or_none
from provision.engine.resource import READY, Condition, Found, Refusal, Resource, leaving
from provision.errors import ProvisionError
from provision.resources.ec2.listing import filtered
from provision.resources.ec2.obstacles import LAMBDA, of_function
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.subnet import Subnet
from provision.resources.others import stays

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import NetworkInterfaceTypeDef

    from provision.engine.run import Run


@dataclass(frozen=True, kw_only=True, eq=False)
class LambdaInterfaces(Resource["NetworkInterfaceTypeDef"]):
    """Lambda's network interfaces: made by AWS with the function, and pinning subnets, group and role for up to an
    hour after it. The function needs this step, so it ends after the function and before what the interfaces pin."""

    function_name: str
    subnets: tuple[Subnet, ...]
    group: SecurityGroup
    role: Resource[Any]

    kind: ClassVar[str] = "Lambda network interfaces"
    made_by_aws: ClassVar[bool] = True
    usual_down: ClassVar[float] = 1000
    patience_down: ClassVar[float] = 60 * 60
    cures: ClassVar[tuple[Refusal, ...]] = (
        Refusal("InvalidParameterValue", "in use"),
        Refusal("InvalidNetworkInterface.InUse"),
    )

    @property
    def label(self) -> str:
        which = self.key.partition(".")[0]
        return self.kind if which == "function" else f"{which}'s interfaces"

    def find(self, run: Run) -> Sequence[Found[NetworkInterfaceTypeDef]]:
        ours = run.look(("subnets of", self.key), lambda: self._subnets(run), lasting=True)
        if not ours:
            return []
        # AWS: an account with very many interfaces is not told them by their descriptions alone (API reference).
        filters = {"subnet-id": ours, "description": [f"{LAMBDA}{self.function_name}-*"]}
        return [
            Found(id=one["NetworkInterfaceId"], seen=one)
            for one in filtered(run, ec2.NETWORK_INTERFACES, filters)
            if of_function(one.get("Description", ""), self.function_name)
        ]

    def create(self, run: Run, token: str) -> str:  # noqa: ARG002 - AWS makes them
        raise ProvisionError(what="Lambda's network interfaces are made by AWS.")

    def condition(self, run: Run, found: Found[NetworkInterfaceTypeDef]) -> Condition:
        # AWS: one that is in use cannot be detached by its user; one that is available can be deleted at once.
        if found.seen.get("Status") == "available" or self._sharers(run, found):
            return READY
        return leaving(f"Lambda has not let go of {found.id} yet")

    def delete(self, run: Run, found: Found[NetworkInterfaceTypeDef]) -> None:
        """Raises `Failed` where a function of somebody else keeps it."""
        if sharers := self._sharers(run, found):
            raise stays(self, sharers)
        run.send.ec2.delete_network_interface(NetworkInterfaceId=found.id)

    def _sharers(self, run: Run, found: Found[NetworkInterfaceTypeDef]) -> list[str]:
        """In words, functions of others that use it. AWS: functions with the same subnet and the same groups share one
        interface, which stays called after the first (Lambda developer guide, VPC networking)."""
        lister = run.aws.awslambda.get_paginator("list_functions")
        pages = run.look(("functions",), lambda: list(lister.paginate()), lasting=True)
        groups = {group["GroupId"] for group in found.seen.get("Groups", [])}
        return [
            f"function {one['FunctionName']}"
            for page in pages
            for one in page["Functions"]
            if found.seen.get("SubnetId") in one.get("VpcConfig", {}).get("SubnetIds", [])
            and set(one["VpcConfig"].get("SecurityGroupIds", [])) == groups
            and not (one["FunctionName"] == self.function_name and self._was_ours(run))
        ]

    def _was_ours(self, run: Run) -> bool:
        """Whether what is listed by that name is the stack's, or has gone meanwhile."""
        name = self.function_name
        told = or_none(lambda: run.look(("function", name), lambda: run.aws.awslambda.get_function(FunctionName=name)))
        return told is None or told.get("Tags", {}).get(tags.STACK) == run.stack.name

    def _subnets(self, run: Run) -> list[str]:
        return [found.id for subnet in self.subnets for found in subnet.find(run) if found.owned]
