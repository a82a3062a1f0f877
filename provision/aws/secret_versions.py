"""A secret's versions by their labels, as DescribeSecret tells them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def current(described: Mapping[str, Any]) -> str:
    """The id of the version that readers get, or empty."""
    stages = described.get("VersionIdsToStages", {})
    return next((version for version, labels in stages.items() if "AWSCURRENT" in labels), "")


def pending(described: Mapping[str, Any]) -> str:
    """The id of the version that a rotation has begun to make current, or empty. AWS: one that has ended may leave
    both labels on the one version (API reference, RotateSecret)."""
    stages = described.get("VersionIdsToStages", {})
    begun = (version for version, labels in stages.items() if "AWSPENDING" in labels and "AWSCURRENT" not in labels)
    return next(begun, "")
