"""The DB instance: the way to it, its state, and how it takes connections."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from provision.doctor.checks import apart, ways
from provision.doctor.finding import Finding, Link, Severity, check
from provision.doctor.picture import Picture

SERVING = frozenset(
    {
        "available",
        "backing-up",
        "configuring-enhanced-monitoring",
        "configuring-iam-database-auth",
        "configuring-log-exports",
        "maintenance",
        "modifying",
        "moving-to-vpc",
        "resetting-master-credentials",
        "storage-config-upgrade",
        "storage-initialization",
        "storage-optimization",
        "upgrading",
    }
)
"""The states in which RDS takes connections."""
PASSING = frozenset({"creating", "starting", "rebooting", "renaming"})
STARTABLE = {
    "stopped": "",
    "stopping": "AWS starts only what has stopped, which takes some minutes.",
    "inaccessible-encryption-credentials-recoverable": "First enable the key that it is encrypted with, which is "
    "KmsKeyId in `aws rds describe-db-instances`.",
}
"""What a start helps, and what has to be so before."""
SOON = timedelta(days=30)


@check
def missing(picture: Picture) -> Iterator[Finding]:
    if picture.database is None:
        yield Finding(
            id="database.missing",
            link=Link.DATABASE,
            what="The database is gone.",
            evidence=f"RDS knows no {picture.subject.database} in {picture.region}.",
            command="provision up",
            by_up=True,
        )


@check
def way(picture: Picture) -> Iterator[Finding]:
    """From the proxy, or straight from the function."""
    database, proxy = picture.database, picture.proxy
    if database is None:
        return
    target = ways.end(picture, "database", database.subnets, database.groups)
    if proxy is not None and picture.via_proxy:
        source = ways.end(picture, "proxy", proxy.subnets, proxy.groups)
    else:
        source = ways.own(picture)
        if not apart.connected(picture):
            return
    yield from ways.closed(picture, Link.DATABASE_WAY, source, target, database.own_port)


@check
def state(picture: Picture) -> Iterator[Finding]:
    database = picture.database
    if database is None or database.state in SERVING:
        return
    name = database.identifier
    advice = ""
    if database.state in STARTABLE:
        command, advice = f"aws rds start-db-instance --db-instance-identifier {name}", STARTABLE[database.state]
    elif database.state == "inaccessible-encryption-credentials":
        command = f"aws rds describe-db-instances --db-instance-identifier {name} --query 'DBInstances[0].KmsKeyId'"
        advice = "It is encrypted with that key. Enable it; the database then has to be restored from a backup."
    elif database.state in PASSING:
        command = f"aws rds wait db-instance-available --db-instance-identifier {name}"
    elif database.state == "storage-full":
        command = (
            f"aws rds modify-db-instance --db-instance-identifier {name} --apply-immediately --allocated-storage GIB"
        )
        advice = "GIB is more than it has."
    else:
        command = f"aws rds describe-events --source-type db-instance --source-identifier {name} --duration 1440"
    yield Finding(
        id="database.state",
        link=Link.DATABASE,
        what=f"The database is {database.state}.",
        evidence=f"RDS says so of {name}.",
        command=command,
        advice=advice,
        by_up=database.state in ("stopped", "stopping"),
    )


@check
def certificate(picture: Picture) -> Iterator[Finding]:
    """Our handler verifies it, so that an expired one closes the door."""
    database = picture.database
    until = database.certificate_until if database else None
    if database is None or until is None or until > picture.today + SOON:
        return
    over = until < picture.today
    yield Finding(
        id="database.certificate",
        link=Link.DATABASE,
        severity=Severity.blocks if over and picture.subject.ours and not picture.via_proxy else Severity.risks,
        what="The database's certificate has expired." if over else "The database's certificate expires soon.",
        evidence=f"The certificate of {database.identifier} is valid until {until}.",
        command=f"aws rds modify-db-instance --db-instance-identifier {database.identifier} "
        "--ca-certificate-identifier rds-ca-rsa2048-g1 --apply-immediately",
    )


@check
def parameters(picture: Picture) -> Iterator[Finding]:
    database = picture.database
    if database is None:
        return
    if database.parameters.get("rds.force_ssl") == "0":
        yield Finding(
            id="database.tls",
            link=Link.DATABASE,
            severity=Severity.risks,
            what="The database takes connections without TLS.",
            evidence=f"rds.force_ssl is 0 in {database.parameter_group}.",
            command=f"aws rds modify-db-parameter-group --db-parameter-group-name {database.parameter_group} "
            "--parameters ParameterName=rds.force_ssl,ParameterValue=1,ApplyMethod=immediate",
            by_up=True,
        )
    if database.parameter_state == "pending-reboot":
        yield Finding(
            id="database.reboot",
            link=Link.DATABASE,
            severity=Severity.risks,
            what="The database runs without the parameters that its group has; it takes them with a reboot.",
            evidence=f"{database.parameter_group} is pending-reboot.",
            command=f"aws rds reboot-db-instance --db-instance-identifier {database.identifier}",
        )


@check
def public(picture: Picture) -> Iterator[Finding]:
    database = picture.database
    outside = picture.function is not None and not picture.function.subnets
    if database is not None and database.public:
        yield Finding(
            id="database.public",
            link=Link.DATABASE,
            severity=Severity.risks,
            what="The database has an address on the internet.",
            evidence=f"PubliclyAccessible of {database.identifier} is on.",
            command=""
            if outside
            else f"aws rds modify-db-instance --db-instance-identifier {database.identifier} "
            "--no-publicly-accessible --apply-immediately",
            advice="The function is in no VPC and needs that address; first give it a place in the database's VPC."
            if outside
            else "",
            by_up=True,
        )
