"""The DB instance's part of a picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from provision.doctor.gather.reader import Reader
from provision.doctor.picture import Database

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef


def database(reader: Reader, identifier: str) -> Database | None:
    """The instance of that identifier, None if there is none."""
    response = reader.ask("the database", lambda: reader.aws.rds.describe_db_instances(DBInstanceIdentifier=identifier))
    instances = response["DBInstances"] if response else []
    return _of(instances[0]) if instances else None


def with_parameters(reader: Reader, database: Database | None) -> Database | None:
    """The same with the parameters that somebody set in its group."""
    if database is None or not database.parameter_group:
        return database
    paginator = reader.aws.rds.get_paginator("describe_db_parameters")
    name = database.parameter_group
    pages = reader.ask(
        "the database's parameters", lambda: [*paginator.paginate(DBParameterGroupName=name, Source="user")]
    )
    parameters = {
        one["ParameterName"]: one.get("ParameterValue", "") for page in pages or () for one in page["Parameters"]
    }
    return replace(database, parameters=parameters)


def _of(seen: DBInstanceTypeDef) -> Database:
    endpoint = seen.get("Endpoint", {})
    group = seen.get("DBSubnetGroup", {})
    zone = seen.get("AvailabilityZone", "")
    subnets = group.get("Subnets", [])
    here = [one for one in subnets if one.get("SubnetAvailabilityZone", {}).get("Name") == zone]
    parameters = (seen.get("DBParameterGroups") or [{}])[0]
    until = seen.get("CertificateDetails", {}).get("ValidTill")
    return Database(
        identifier=seen["DBInstanceIdentifier"],
        state=seen["DBInstanceStatus"],
        address=endpoint.get("Address", ""),
        port=endpoint.get("Port", 0),
        own_port=seen.get("DbInstancePort") or endpoint.get("Port", 0),
        name=seen.get("DBName", ""),
        version=seen.get("EngineVersion", ""),
        vpc=group.get("VpcId", ""),
        subnets=tuple(one["SubnetIdentifier"] for one in here or subnets),
        groups=tuple(
            one["VpcSecurityGroupId"] for one in seen.get("VpcSecurityGroups", []) if one.get("Status") != "removing"
        ),
        public=seen.get("PubliclyAccessible", False),
        parameter_group=parameters.get("DBParameterGroupName", ""),
        parameter_state=parameters.get("ParameterApplyStatus", "in-sync"),
        parameters={},
        certificate_until=until.date() if until else None,
        engine=seen.get("Engine", ""),
        master=seen.get("MasterUsername", ""),
        kept=seen.get("MasterUserSecret", {}).get("SecretArn", ""),
    )
