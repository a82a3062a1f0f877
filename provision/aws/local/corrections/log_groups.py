"""CloudWatch Logs: in which order events are told, and that a group's tags go with it."""

from __future__ import annotations

from typing import Any

from moto.logs.models import LogGroup

from provision.aws.local.corrections.hooks import before
from provision.aws.local.wire import Call

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
