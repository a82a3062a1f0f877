"""CloudWatch Logs: in which order events are told, and that a group's tags are there as long as it."""

from __future__ import annotations

from typing import Any

from moto.logs.models import LogGroup

from provision.aws.local.corrections.hooks import before
from provision.aws.local.wire import Call, Refusal

_filtered: Any = LogGroup.filter_log_events


def _interleaved(group: Any, *asked: Any) -> Any:
    """moto: one stream after the other unless asked otherwise. AWS: all streams by time, whatever is asked."""
    return _filtered(group, *asked[:-1], True)


LogGroup.filter_log_events = _interleaved  # type: ignore[assignment, method-assign]  # see its comment


@before("logs:DeleteLogGroup")
def _with_its_tags(call: Call) -> None:
    """moto keeps them for the next group of that name, which Lambda may make by itself."""
    if group := call.backend.groups.get(call.params["logGroupName"]):
        call.backend.tagger.delete_all_tags_for_resource(group.arn)


@before("logs:ListTagsForResource")
def _of_a_group_that_is_there(call: Call) -> None:
    """moto tells no tags of one that is not. AWS: ResourceNotFoundException, also while its list is late."""
    arn = call.params["resourceArn"]
    if ":log-group:" in arn and arn not in {group.arn for group in call.backend.groups.values()}:
        raise Refusal("ResourceNotFoundException", "The specified resource does not exist.")
