"""RDS engine versions and orderable classes: moto knows none for PostgreSQL.

AWS's own lists change every few weeks; these are what RDS offered in August 2026 (endoflife.date), minors that can
still be created.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from provision.aws.local.corrections.hooks import instead
from provision.aws.local.wire import Call, Refusal

MINORS = {
    "14": ("18", "19", "20", "21", "22", "23"),
    "15": ("13", "14", "15", "16", "17", "18"),
    "16": ("9", "10", "11", "12", "13", "14"),
    "17": ("5", "6", "7", "8", "9", "10"),
    "18": ("1", "2", "3", "4"),
}
"""By major, oldest first; the last is the default."""
_LAST_YEAR = {"14": 2027, "15": 2028, "16": 2029, "17": 2030, "18": 2031}
_DEFAULT_MAJOR = "17"
_FAMILIES = {
    "t3": ("micro", "small", "medium", "large", "xlarge", "2xlarge"),
    "t4g": ("micro", "small", "medium", "large", "xlarge", "2xlarge"),
    "m5": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"),
    "m6g": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"),
    "m6i": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge", "32xlarge"),
    "m7g": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"),
    "r5": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge", "24xlarge"),
    "r6g": ("large", "xlarge", "2xlarge", "4xlarge", "8xlarge", "12xlarge", "16xlarge"),
}
_STORAGE = {"gp2": 20, "gp3": 20, "io1": 100}
"""Type to smallest size in GiB."""
_LARGEST = 65_536
_PAGE = range(20, 101)


def classes() -> frozenset[str]:
    """Every class that can be ordered."""
    return frozenset(f"db.{family}.{size}" for family, sizes in _FAMILIES.items() for size in sizes)


def _versions(call: Call) -> Iterator[tuple[str, str]]:
    """(major, full version) of what is asked for. AWS: a major alone stands for all its minors."""
    asked, family = call.params.get("EngineVersion"), call.params.get("DBParameterGroupFamily")
    for major, minors in MINORS.items():
        if family and family != f"postgres{major}":
            continue
        for minor in minors:
            if asked in {None, major, f"{major}.{minor}"}:
                yield major, f"{major}.{minor}"


@instead("rds:DescribeDBEngineVersions")
def describe_db_engine_versions(call: Call) -> dict[str, Any]:
    """moto: not implemented."""
    if call.params.get("Engine") not in {None, "postgres"}:
        return {"DBEngineVersions": []}
    found = list(_versions(call))
    if call.params.get("DefaultOnly"):
        asked = call.params.get("EngineVersion")
        found = [(major, full) for major, full in found if full == f"{major}.{MINORS[major][-1]}"]
        found = [one for one in found if asked or one[0] == _DEFAULT_MAJOR]
    return _page(call, "DBEngineVersions", [_version(major, full) for major, full in found])


def _version(major: str, full: str) -> dict[str, Any]:
    newer = [f"{major}.{minor}" for minor in MINORS[major] if int(minor) > int(full.partition(".")[2])]
    upgrades = [
        *(_upgrade(one, major_too=False) for one in newer),
        *(_upgrade(f"{one}.{MINORS[one][-1]}", major_too=True) for one in MINORS if int(one) > int(major)),
    ]
    return {
        "Engine": "postgres",
        "MajorEngineVersion": major,
        "EngineVersion": full,
        "DBParameterGroupFamily": f"postgres{major}",
        "DBEngineDescription": "PostgreSQL",
        "DBEngineVersionDescription": f"PostgreSQL {full}",
        "ValidUpgradeTarget": upgrades,
        "ExportableLogTypes": ["postgresql", "upgrade"],
        "SupportsLogExportsToCloudwatchLogs": True,
        "SupportsReadReplica": True,
        "SupportsCertificateRotationWithoutRestart": True,
        "SupportedCACertificateIdentifiers": ["rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"],
        "Status": "available",
    }


def _upgrade(full: str, *, major_too: bool) -> dict[str, Any]:
    return {
        "Engine": "postgres",
        "EngineVersion": full,
        "Description": f"PostgreSQL {full}",
        "AutoUpgrade": False,
        "IsMajorVersionUpgrade": major_too,
    }


@instead("rds:DescribeDBMajorEngineVersions")
def describe_db_major_engine_versions(call: Call) -> dict[str, Any]:
    """moto: not implemented."""
    asked = call.params.get("MajorEngineVersion")
    if call.params.get("Engine") not in {None, "postgres"}:
        return {"DBMajorEngineVersions": []}
    return _page(
        call,
        "DBMajorEngineVersions",
        [
            {"Engine": "postgres", "MajorEngineVersion": major, "SupportedEngineLifecycles": [_lifecycle(major)]}
            for major in MINORS
            if asked in {None, major}
        ],
    )


def _lifecycle(major: str) -> dict[str, Any]:
    ends = dt.datetime(_LAST_YEAR[major], 2, 28, tzinfo=dt.UTC)
    return {
        "LifecycleSupportName": "open-source-rds-standard-support",
        "LifecycleSupportStartDate": ends.replace(year=ends.year - 5),
        "LifecycleSupportEndDate": ends,
    }


@instead("rds:DescribeOrderableDBInstanceOptions")
def describe_orderable_db_instance_options(call: Call) -> dict[str, Any]:
    """moto: an empty list for PostgreSQL."""
    if call.params.get("Engine") != "postgres":
        return {"OrderableDBInstanceOptions": []}
    asked = call.params.get("DBInstanceClass")
    zones = [{"Name": zone.name} for zone in call.other("ec2").describe_availability_zones()]
    rows = [
        _orderable(full, one, storage, zones)
        for _, full in _versions(call)
        for one in sorted(classes())
        if asked in {None, one}
        for storage in _STORAGE
    ]
    return _page(call, "OrderableDBInstanceOptions", rows)


def _orderable(full: str, name: str, storage: str, zones: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "Engine": "postgres",
        "EngineVersion": full,
        "DBInstanceClass": name,
        "LicenseModel": "postgresql-license",
        "AvailabilityZones": zones,
        "MultiAZCapable": True,
        "ReadReplicaCapable": True,
        "Vpc": True,
        "SupportsStorageEncryption": True,
        "StorageType": storage,
        "SupportsIops": storage != "gp2",
        "SupportsEnhancedMonitoring": True,
        "SupportsIAMDatabaseAuthentication": True,
        "SupportsPerformanceInsights": True,
        "MinStorageSize": _STORAGE[storage],
        "MaxStorageSize": _LARGEST,
        "SupportsStorageAutoscaling": True,
        "SupportedNetworkTypes": ["IPV4", "DUAL"],
    }


def _page(call: Call, member: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """AWS: pages of 20 to 100 rows, 100 unless asked otherwise."""
    size = int(call.params.get("MaxRecords") or 100)
    if size not in _PAGE:
        raise Refusal("InvalidParameterValue", f"Invalid value {size} for MaxRecords. Must be between 20 and 100")
    start = int(call.params.get("Marker") or 0)
    page: dict[str, Any] = {member: rows[start : start + size]}
    if start + size < len(rows):
        page["Marker"] = str(start + size)
    return page
