"""RDS DB instances: with a life of their own, checked as AWS checks them."""

from __future__ import annotations

import secrets
import string
from datetime import UTC, datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.rds.models import DBInstance

from provision.aws.local.corrections.db_instance_checks import check_password
from provision.aws.local.corrections.db_versions import MINORS, classes
from provision.aws.local.corrections.hooks import after, amend, before, instead
from provision.aws.local.rights import may
from provision.aws.local.wire import Call, Refusal

AUTHORITY, AUTHORITY_UNTIL = "rds-ca-rsa2048-g1", datetime(2061, 5, 25, tzinfo=UTC)
"""AWS's default certificate authority for new instances."""
BUSY = frozenset({"creating", "deleting", "rebooting", "starting", "stopping"})
SERVED = frozenset({"available", "modifying", "backing-up", "resetting-master-credentials", "storage-optimization"})


def _endpoint(instance: Any) -> dict[str, Any] | None:
    # moto gives an endpoint from the start; on AWS it is absent until the instance is nearly there.
    reachable = getattr(instance, "reachable", None)
    if not reachable:
        return None
    address, port = reachable
    return {"Address": address, "Port": port, "HostedZoneId": "Z2R2ITUGPM61AM"}


DBInstance.endpoint = property(_endpoint)  # type: ignore[assignment,method-assign]  # see above
DBInstance.reachable = None  # type: ignore[attr-defined]  # instances of other engines than PostgreSQL have no server


@after("rds:CreateDBInstance")
def begin(call: Call) -> None:
    """moto: available at once, and every instance has the same DbiResourceId; a bare major stays a bare major."""
    params = call.params
    instance = call.backend.databases.pop(params["DBInstanceIdentifier"])
    call.backend.databases[instance.db_instance_identifier] = instance  # AWS keeps identifiers in lower case
    instance.dbi_resource_id = "db-" + "".join(secrets.choice(string.ascii_uppercase + "234567") for _ in range(26))
    instance.license_model = "postgresql-license" if instance.engine == "postgres" else instance.license_model
    if instance.engine != "postgres":
        return
    instance.status = "creating"
    instance.reachable = None
    instance.deletion = {}
    group = getattr(instance, "db_subnet_group", None)
    if group and not params.get("AvailabilityZone"):  # moto: the Region's first, whatever the group
        instance.availability_zone = min(one.availability_zone for one in group._subnets)  # noqa: SLF001 - no other way
    version = params.get("EngineVersion") or "17"
    instance.engine_version = f"{version}.{MINORS[version][-1]}" if version in MINORS else version


@amend("rds:CreateDBInstance")
def tell_as_begun(call: Call, result: dict[str, Any]) -> None:
    """moto has answered before `begin` set these."""
    instance = call.backend.databases[call.params["DBInstanceIdentifier"].lower()]
    description = result["DBInstance"]
    description["DbiResourceId"] = instance.dbi_resource_id
    description["EngineVersion"] = instance.engine_version
    description["DBInstanceStatus"] = instance.status
    if instance.status == "creating":
        description.pop("Endpoint", None)


def told(result: dict[str, Any]) -> list[dict[str, Any]]:
    """The instances in an answer, which is about several or about one."""
    return result.get("DBInstances") or [result.get("DBInstance") or {}]


@amend("rds:DescribeDBInstances", "rds:CreateDBInstance", "rds:ModifyDBInstance")
def tell_no_ceiling(call: Call, result: dict[str, Any]) -> None:  # noqa: ARG001 - an amendment's form
    """moto always gives MaxAllocatedStorage; AWS leaves it out when autoscaling is off."""
    for one in told(result):
        if one.get("MaxAllocatedStorage") == one.get("AllocatedStorage"):
            one.pop("MaxAllocatedStorage", None)


@amend("rds:DescribeDBInstances", "rds:CreateDBInstance", "rds:ModifyDBInstance", "rds:DeleteDBInstance")
def tell_group_without_arn(call: Call, result: dict[str, Any]) -> None:  # noqa: ARG001 - an amendment's form
    """moto gives the subnet group's ARN here too; AWS only where the groups themselves are described."""
    for one in told(result):
        one.get("DBSubnetGroup", {}).pop("DBSubnetGroupArn", None)


@amend("rds:DescribeDBInstances")
def tell_authority_and_monitoring(call: Call, result: dict[str, Any]) -> None:
    """moto makes up an authority that AWS does not have, and leaves out the log stream of Enhanced Monitoring."""
    for one in result["DBInstances"]:
        one["CACertificateIdentifier"] = AUTHORITY
        one["CertificateDetails"] = {"CAIdentifier": AUTHORITY, "ValidTill": AUTHORITY_UNTIL}
        if one.get("MonitoringInterval"):
            stream = f"log-group:RDSOSMetrics:log-stream:{one['DbiResourceId']}"
            one["EnhancedMonitoringResourceArn"] = f"arn:aws:logs:{call.region}:{DEFAULT_ACCOUNT_ID}:{stream}"


@instead("rds:DescribeCertificates")
def certificates(call: Call) -> dict[str, Any]:
    """moto has none."""
    asked = call.params.get("CertificateIdentifier", AUTHORITY)
    if asked != AUTHORITY:
        raise Refusal("CertificateNotFound", f"Certificate not found: {asked}", status=404)
    valid = {"ValidFrom": datetime(2021, 5, 25, tzinfo=UTC), "ValidTill": AUTHORITY_UNTIL}
    arn = f"arn:aws:rds:{call.region}::cert:{AUTHORITY}"
    certificate = {"CertificateIdentifier": AUTHORITY, "CertificateType": "CA", "CertificateArn": arn, **valid}
    return {"DefaultCertificateForNewLaunches": AUTHORITY, "Certificates": [{**certificate, "CustomerOverride": False}]}


@before("rds:CreateDBInstance", "rds:ModifyDBInstance")
def check_monitoring(call: Call) -> None:
    """moto does not look at the role. AWS: RDS has to be able to write as it, on behalf of this instance."""
    arn = call.params.get("MonitoringRoleArn")
    if not arn:
        return
    source = f"arn:aws:rds:{call.region}:{DEFAULT_ACCOUNT_ID}:db:{call.params['DBInstanceIdentifier'].lower()}"
    stream = f"arn:aws:logs:{call.region}:{DEFAULT_ACCOUNT_ID}:log-group:RDSOSMetrics:log-stream:db"
    trusted = "monitoring.rds.amazonaws.com"
    if not may(call.account, arn, "logs:PutLogEvents", stream, trusted=trusted, source=source):
        raise Refusal(
            "InvalidParameterValue",
            "IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
        )


@before("rds:ModifyDBInstance")
def check_change(call: Call) -> None:
    """moto takes changes in any state, and any password."""
    instance = _instance(call)
    if instance.status in BUSY:
        raise Refusal(
            "InvalidDBInstanceState", f"Database instance is not in available state: {instance.db_instance_identifier}"
        )
    if call.params.get("DBInstanceClass", instance.db_instance_class) not in classes():
        raise Refusal("InvalidParameterValue", f"Invalid DB Instance class: {call.params['DBInstanceClass']}")
    if "MasterUserPassword" in call.params:
        check_password(call.params["MasterUserPassword"], managed=False)


@after("rds:ModifyDBInstance")
def reset_password(call: Call) -> None:
    """AWS: a new master password takes effect in the background."""
    instance = _instance(call)
    if "MasterUserPassword" not in call.params:
        return
    instance.password_set = None  # to be set also where it is the one that was set before
    if instance.status == "available" and instance.engine == "postgres":
        instance.status = "resetting-master-credentials"


@instead("rds:DeleteDBInstance")
def delete(call: Call) -> dict[str, Any]:
    """moto: gone at once, and without a final snapshot when none was named (AWS: the choice has to be made).

    A PostgreSQL instance stays as `deleting` until its server has ended.
    """
    params = call.params
    instance = _instance(call)
    skip, name = bool(params.get("SkipFinalSnapshot")), params.get("FinalDBSnapshotIdentifier")
    _check_deletion(call, instance, skip=skip, name=name)
    deletion = {
        "skip_final_snapshot": skip,
        "final_db_snapshot_identifier": name,
        "delete_automated_backups": params.get("DeleteAutomatedBackups", True),
    }
    if instance.engine != "postgres":
        return {"DBInstance": call.backend.delete_db_instance(instance.db_instance_identifier, **deletion)}
    instance.deletion = deletion
    instance.status = "deleting"
    return {"DBInstance": instance}


def _check_deletion(call: Call, instance: Any, *, skip: bool, name: str | None) -> None:
    if instance.status == "deleting":
        raise Refusal("InvalidDBInstanceState", f"Instance {instance.db_instance_identifier} is already being deleted.")
    if instance.deletion_protection:
        raise Refusal(
            "InvalidParameterCombination",
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        )
    if skip and name:
        raise Refusal(
            "InvalidParameterCombination", "FinalDBSnapshotIdentifier can not be specified when deleting with skip."
        )
    if not skip and not name:
        raise Refusal(
            "InvalidParameterCombination",
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )
    if name:
        if instance.status in BUSY | {"stopped"}:
            raise Refusal(
                "InvalidDBInstanceState",
                f"Cannot create a snapshot because the database instance {instance.db_instance_identifier} is not "
                "currently in the available state.",
            )
        call.backend.validate_db_snapshot_identifier(name, parameter_name="FinalDBSnapshotIdentifier")
        if name.lower() in call.backend.database_snapshots:
            raise Refusal("DBSnapshotAlreadyExists", f"Cannot create the snapshot because {name} already exists.")


@instead("rds:StopDBInstance")
def stop(call: Call) -> dict[str, Any]:
    """moto: stopped at once."""
    return _turn(call, of=frozenset({"available"}), to="stopping")


@instead("rds:StartDBInstance")
def start(call: Call) -> dict[str, Any]:
    """moto: available at once."""
    return _turn(call, of=frozenset({"stopped"}), to="starting")


@instead("rds:RebootDBInstance")
def reboot(call: Call) -> dict[str, Any]:
    """moto does nothing."""
    return _turn(call, of=SERVED, to="rebooting")


def _turn(call: Call, *, of: frozenset[str], to: str) -> dict[str, Any]:
    instance = _instance(call)
    if instance.status not in of:
        raise Refusal(
            "InvalidDBInstanceState",
            f"Instance {instance.db_instance_identifier} is not in {'/'.join(sorted(of))} state.",
        )
    instance.status = to
    if to != "stopping":
        instance.reachable = None
    return {"DBInstance": instance}


def _instance(call: Call) -> Any:
    name = call.params["DBInstanceIdentifier"].lower()
    if name not in call.backend.databases:
        raise Refusal("DBInstanceNotFound", f"DBInstance {name} not found.")
    return call.backend.databases[name]
