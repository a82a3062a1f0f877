"""CloudWatch Logs: in which order events are told."""

from __future__ import annotations

from typing import Any

from moto.logs.models import LogGroup

_filtered: Any = LogGroup.filter_log_events


def _interleaved(group: Any, *asked: Any) -> Any:
    """moto: one stream after the other unless asked otherwise. AWS: all streams by time, whatever is asked."""
    return _filtered(group, *asked[:-1], True)


LogGroup.filter_log_events = _interleaved  # type: ignore[assignment, method-assign]  # see its comment
