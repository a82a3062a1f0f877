"""What AWS does not change of an instance in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from provision.aws import tags
from provision.errors import CannotChange
from provision.resources.rds import port
from provision.settings import MAJORS, Database

if TYPE_CHECKING:
    from mypy_boto3_rds.type_defs import DBInstanceTypeDef

PORT_TAG = "provision:port"
"""The port that was asked for; an emulator may have given another one, which the description then shows."""


def insist(seen: DBInstanceTypeDef, wanted: Database, *, subnet_group: str) -> None:
    """Raises `CannotChange` with the first setting that differs."""
    asked, major = str(wanted.port), seen["EngineVersion"].partition(".")[0]
    if int(major) > int(wanted.engine_version):
        raise CannotChange(
            what=f"The database has PostgreSQL {major}, and {wanted.engine_version} is wanted.",
            why="There is no way back from a newer one. RDS upgrades a database itself once its standard support ends.",
            hint=f'Set database.engine_version = "{major}", then run the same command again.'
            if major in MAJORS
            else f"This version of provision takes PostgreSQL {MAJORS[0]} to {MAJORS[-1]}: use a newer one.",
        )
    for setting, have, want in (
        ("database.engine_version", major, wanted.engine_version),
        ("database.username", seen["MasterUsername"], wanted.username),
        ("database.name", seen.get("DBName", ""), wanted.name),
        ("the subnet group", seen["DBSubnetGroup"].get("DBSubnetGroupName", ""), subnet_group),
        ("encryption", str(seen.get("StorageEncrypted", False)).lower(), "true"),
        ("database.port", _port(seen, asked), asked),
    ):
        if have != want:
            raise CannotChange(
                what=f"The database has {setting} {have}, and {want} is wanted.",
                why="It cannot be changed in place without risk to the data.",
                hint="Keep the value, or run `teardown` (with a final snapshot) first.",
            )


def _port(seen: DBInstanceTypeDef, asked: str) -> str:
    """A tag alone, which anybody may change, is no reason to tear a database down."""
    tagged = tags.read(seen.get("TagList")).get(PORT_TAG, "")
    return asked if port.shown(seen) == asked or not tagged.isdigit() else tagged
