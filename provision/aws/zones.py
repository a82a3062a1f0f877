"""Which two Availability Zones the stack spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.errors import BadSetting, Failed

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import AvailabilityZoneTypeDef

    from provision.engine.run import Run

WITHOUT_PROXY = frozenset({"use1-az3"})
"""Zone ids that RDS Proxy does not serve; no API lists them (terraform-provider-aws 17781, 23446)."""


def choose(run: Run, wanted: tuple[str, ...]) -> tuple[str, str]:
    """The names of two zones: the `wanted` ones if there are any, else the first two that suit.

    Raises `BadSetting` for a wanted zone that cannot be used, `Failed` when the Region has no two.
    """
    suited = usable(run)
    for name in wanted:
        if name not in suited:
            raise BadSetting(
                what=f"network.zones names {name}, which cannot be used in {run.stack.region}.",
                hint=f"Choose two of {', '.join(suited)}.",
            )
    if wanted:
        return wanted[0], wanted[1]
    if len(suited) < 2:  # noqa: PLR2004 - RDS and its proxy want two
        raise Failed(
            what=f"{run.stack.region} has fewer than two Availability Zones that can be used.",
            why=f"Usable: {', '.join(suited) or 'none'}.",
            hint="Choose another Region.",
        )
    return suited[0], suited[1]


def usable(run: Run) -> list[str]:
    """The names of all zones that suit, sorted."""
    listed = run.look("zones", lambda: run.aws.ec2.describe_availability_zones()["AvailabilityZones"], constant=True)
    return sorted(zone["ZoneName"] for zone in listed if _usable(zone))


def _usable(zone: AvailabilityZoneTypeDef) -> bool:
    # AWS: local and wavelength zones are listed as well; an emulator may leave these fields out.
    return (
        zone.get("State", "available") == "available"
        and zone.get("ZoneType", "availability-zone") == "availability-zone"
        and zone.get("OptInStatus", "opt-in-not-required") in ("opt-in-not-required", "opted-in")
        and zone.get("ZoneId") not in WITHOUT_PROXY
    )
