"""What went through the network, written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from provision.aws import ec2, tags
from provision.engine.resource import READY, Change, Condition, Found, Refusal, Resource, settling
from provision.errors import CannotChange
from provision.resources.ec2.listing import mine_or_recorded
from provision.resources.ec2.vpc import Vpc
from provision.resources.iam.role import Role
from provision.resources.logs.log_group import LogGroup

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import FlowLogTypeDef

    from provision.engine.run import Run

IN_ANSWER = "400"
"""AWS: the code of a refusal that comes in an answer with HTTP 200."""


@dataclass(frozen=True, kw_only=True, eq=False)
class FlowLog(Resource["FlowLogTypeDef"]):
    """A flow log of the VPC: every connection, taken or refused, as a line in a log group of the stack's own."""

    vpc: Vpc
    logs: LogGroup
    role: Role

    kind: ClassVar[str] = "flow log"
    repeatable: ClassVar[bool] = False  # AWS remembers a token for a day at most, and an emulator none
    usual_up: ClassVar[float] = 5
    cures: ClassVar[tuple[Refusal, ...]] = (
        # AWS: the group or the role may not be known everywhere yet.
        Refusal(IN_ANSWER, "does not exist"),
        Refusal(IN_ANSWER, "assume"),
        Refusal("InvalidParameter", "does not exist"),
        Refusal("InvalidParameter", "assume"),
        Refusal("InvalidVpcId.NotFound"),
        # AWS: another run was faster; what it made is found at the next look, or is somebody else's.
        Refusal("FlowLogAlreadyExists", patience=120),
    )

    def find(self, run: Run) -> Sequence[Found[FlowLogTypeDef]]:
        listed = mine_or_recorded(run, self, ec2.FLOW_LOGS)
        return [
            Found(id=one["FlowLogId"], seen=one, owned=owned, made=one["CreationTime"].isoformat())
            for one, owned in listed
        ]

    def create(self, run: Run, token: str) -> str:
        made = run.send.ec2.create_flow_logs(
            ResourceType="VPC",
            ResourceIds=[run.id_of(self.vpc)],
            TrafficType="ALL",
            LogDestinationType="cloud-watch-logs",
            LogGroupName=run.id_of(self.logs),
            DeliverLogsPermissionArn=run.attr(self.role, "arn"),
            MaxAggregationInterval=600,
            ClientToken=token,
            TagSpecifications=tags.specification(run, self, "vpc-flow-log"),
        )
        ec2.insist_on_success(made, "CreateFlowLogs")
        return made["FlowLogIds"][0]

    def condition(self, run: Run, found: Found[FlowLogTypeDef]) -> Condition:  # noqa: ARG002 - its description says it
        status = found.seen.get("FlowLogStatus", "ACTIVE")
        return READY if status == "ACTIVE" else settling(status)

    def drift(self, run: Run, found: Found[FlowLogTypeDef]) -> Sequence[Change]:
        seen: Any = found.seen
        for field, want in (
            ("ResourceId", run.id_of(self.vpc)),
            ("LogGroupName", run.id_of(self.logs)),
            ("DeliverLogsPermissionArn", run.attr(self.role, "arn")),
            ("TrafficType", "ALL"),
        ):
            if seen.get(field) != want:
                raise CannotChange(
                    what=f"The flow log {found.id} has the {field} {seen.get(field)}, and {want} is wanted.",
                    why="AWS does not change a flow log in place.",
                    hint=f"Delete {found.id} by hand, then run `up`, which makes another.",
                )
        return tags.drift(run, self, found.seen.get("Tags"))

    def update(self, run: Run, found: Found[FlowLogTypeDef], changes: Sequence[Change]) -> None:
        tags.mend_ec2(run, found.id, changes)

    def delete(self, run: Run, found: Found[FlowLogTypeDef]) -> None:
        ec2.insist_on_success(run.send.ec2.delete_flow_logs(FlowLogIds=[found.id]), "DeleteFlowLogs")
