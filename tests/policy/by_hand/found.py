"""What there is of the stack, by its tags."""

from __future__ import annotations

from typing import Any

from tests.stage import REGION, Stage

STACK, FUNCTION, ROLE = "lambda-rds", "lambda-rds-function", f"lambda-rds-{REGION}-function"
MINE = [{"Name": "tag:provision:stack", "Values": [STACK]}]


def tagged(stage: Stage, listing: str, items: str) -> dict[str, Any]:
    """EC2's descriptions of the stack's things by their keys."""
    told = getattr(stage.client("ec2"), f"describe_{listing}")(Filters=MINE)[items]
    return {next(tag["Value"] for tag in one["Tags"] if tag["Key"] == "provision:key"): one for one in told}


def named(kind: str, name: str) -> Any:
    """What gives something new a name in the census; without one it would be its id."""
    return [{"ResourceType": kind, "Tags": [{"Key": "Name", "Value": name}]}]
