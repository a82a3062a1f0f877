"""Tags of RDS resources."""

from __future__ import annotations

from provision.aws.local.corrections.hooks import before
from provision.aws.local.wire import Call, Refusal

_MISSING = {
    "db": "DBInstanceNotFound",
    "db-proxy": "DBProxyNotFoundFault",
    "pg": "DBParameterGroupNotFound",
    "subgrp": "DBSubnetGroupNotFoundFault",
}
"""By the resource type in an ARN."""


@before("rds:ListTagsForResource", "rds:AddTagsToResource", "rds:RemoveTagsFromResource")
def check_there(call: Call) -> None:
    """moto: what is not there has no tags, so that what is just gone looks like somebody else's. AWS: not found."""
    arn = call.params["ResourceName"]
    kind, _, name = arn.split(":", 5)[-1].partition(":")
    if kind in _MISSING and not call.backend._get_resource_for_tagging(arn):  # noqa: SLF001 - moto has no public one
        raise Refusal(_MISSING[kind], f"{name} not found.", status=404)
