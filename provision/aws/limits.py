"""What an account and a Region have room for, asked before anything is made."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from provision.aws import zones
from provision.aws.engine_versions import listed_minor
from provision.aws.target import AWS
from provision.errors import BadSetting, Failed, QuotaReached

if TYPE_CHECKING:
    from provision.engine.run import Run
    from provision.settings import Database

RAISE = "Remove what is no longer needed, or ask for more under Service Quotas in the AWS console."


def room_for_vpc(run: Run) -> None:
    """Raises `QuotaReached` when the Region's VPCs are used up."""
    allowed = run.aws.quotas.get_service_quota(ServiceCode="vpc", QuotaCode="L-F678F1CE")["Quota"]["Value"]
    listed = [vpc for page in run.aws.ec2.get_paginator("describe_vpcs").paginate() for vpc in page["Vpcs"]]
    # AWS: those that another account shares with this one are listed too, and count there.
    own = [vpc for vpc in listed if vpc.get("OwnerId", run.stack.account) == run.stack.account]
    _room("VPCs per Region", len(own), 1, int(allowed))


def room_for_addresses(run: Run, more: int) -> None:
    """Raises `QuotaReached` when `more` Elastic IP addresses do not fit."""
    names: Any = ["vpc-max-elastic-ips"]  # AWS knows it, the stubs do not
    attributes = run.aws.ec2.describe_account_attributes(AttributeNames=names)["AccountAttributes"]
    allowed = int(attributes[0]["AttributeValues"][0]["AttributeValue"])
    listed: Any = run.aws.ec2.describe_addresses()["Addresses"]
    # AWS: those that its services made, and those of one's own range, are listed too.
    own = [one for one in listed if not (one.get("ServiceManaged") or one.get("CustomerOwnedIp"))]
    _room("Elastic IP addresses per Region", len(own), more, allowed)


def room_for_instance(run: Run, storage_gib: int) -> None:
    """Raises `QuotaReached` when the Region's DB instances or their storage are used up."""
    needs = {"DBInstances": ("RDS DB instances per Region", 1), "AllocatedStorage": ("GiB of RDS storage", storage_gib)}
    for quota in run.aws.rds.describe_account_attributes()["AccountQuotas"]:
        if quota["AccountQuotaName"] in needs:
            name, more = needs[quota["AccountQuotaName"]]
            _room(name, quota["Used"], more, quota["Max"])


def verifiable(run: Run, regions: Collection[str]) -> None:
    """Raises `BadSetting` when the function has root certificates of RDS for these Regions alone, and not for this one.
    The local AWS gives it those of an authority of its own."""
    if run.stack.target == AWS and run.stack.region not in regions:
        raise BadSetting(
            what=f"The function cannot verify a database of {run.stack.region}: the root certificates of RDS there are "
            "not among those that it ships with.",
            hint="Choose another Region.",
        )


def orderable(run: Run, database: Database, wanted: tuple[str, ...]) -> None:
    """Raises `BadSetting` when the Region offers no such version, or no such class for its default minor, or not where
    the stack would be; `wanted` are the zones of the settings."""
    version = listed_minor(run, database.engine_version)
    if not version:
        raise BadSetting(
            what=f"database.engine_version = {database.engine_version!r} cannot be had here.",
            why=f"{run.stack.region} offers no PostgreSQL {database.engine_version}.",
            hint="Choose another major, or another Region.",
        )
    options = [
        option
        for page in run.aws.rds.get_paginator("describe_orderable_db_instance_options").paginate(
            Engine="postgres", EngineVersion=version, DBInstanceClass=database.instance_class, Vpc=True
        )
        for option in page["OrderableDBInstanceOptions"]
    ]
    if not options:
        raise BadSetting(
            what=f"database.instance_class = {database.instance_class!r} cannot be ordered here.",
            why=f"{run.stack.region} does not offer it for PostgreSQL {version}.",
            hint="Choose another class, such as db.t4g.small, or another Region.",
        )
    offered = {zone["Name"] for option in options for zone in option["AvailabilityZones"]} & {*zones.usable(run)}
    if len(offered) < 2:  # noqa: PLR2004 - a DB subnet group spans two zones
        raise Failed(
            what=f"{database.instance_class} is offered in fewer than two Availability Zones of {run.stack.region}.",
            why=f"Of those that can be used AWS lists it in: {', '.join(sorted(offered)) or 'none'}.",
            hint="Choose another database.instance_class.",
        )
    chosen = zones.choose(run, wanted)
    if len(offered & set(chosen)) < (2 if database.multi_az else 1):
        some = '", "'.join(sorted(offered)[:2])
        raise BadSetting(
            what=f"{database.instance_class} is not offered in {' and '.join(sorted(set(chosen) - offered))}.",
            why=f"AWS lists it in: {', '.join(sorted(offered))}.",
            hint=f'Set network.zones, for example to ["{some}"], or choose another database.instance_class.',
        )


def _room(name: str, used: Any, more: int, allowed: int) -> None:
    if used + more > allowed:
        raise QuotaReached(
            what=f"There is no room for {more} more: {name}.",
            why=f"{used} of {allowed} are used.",
            hint=RAISE,
        )
