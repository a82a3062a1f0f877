"""EC2 Availability Zones."""

from __future__ import annotations

from functools import partial
from typing import Any

from provision.aws.local.corrections.filtering import matching
from provision.aws.local.corrections.hooks import instead
from provision.aws.local.wire import Call, Refusal

_FILTERS = {
    "state": "State",
    "opt-in-status": "OptInStatus",
    "region-name": "RegionName",
    "zone-name": "ZoneName",
    "zone-id": "ZoneId",
    "group-name": "GroupName",
    "zone-type": "ZoneType",
}


@instead("ec2:DescribeAvailabilityZones")
def describe(call: Call) -> dict[str, Any]:
    """moto tells neither the opt-in status nor the group and border group, and filters by neither."""
    params = call.params
    rows = [
        {
            "State": "available",
            "OptInStatus": "opt-in-not-required",
            "RegionName": call.region,
            "ZoneName": zone.name,
            "ZoneId": zone.zone_id,
            "GroupName": f"{call.region}-zg-1",
            "NetworkBorderGroup": call.region,
            "ZoneType": "availability-zone",
            "Messages": [],
        }
        for zone in call.backend.describe_availability_zones()
    ]
    for asked, member in (("ZoneNames", "ZoneName"), ("ZoneIds", "ZoneId")):
        known = {row[member] for row in rows}
        if unknown := [one for one in params.get(asked, []) if one not in known]:
            raise Refusal("InvalidParameterValue", f"Invalid availability zone: [{', '.join(unknown)}]")
        rows = [row for row in rows if not params.get(asked) or row[member] in params[asked]]
    wanted = params.get("Filters", [])
    return {"AvailabilityZones": [row for row in rows if matching(wanted, partial(_has, row))]}


def _has(row: dict[str, Any], name: str) -> list[str]:
    return [row[_FILTERS[name]]]
