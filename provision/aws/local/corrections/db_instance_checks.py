"""What AWS refuses of a DB instance's settings; moto takes them all."""

from __future__ import annotations

import re
from typing import Any

from provision.aws.local.corrections.db_versions import MINORS, classes
from provision.aws.local.corrections.hooks import before
from provision.aws.local.wire import Call, Refusal

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
_USER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,15}")
_RESERVED_USERS = frozenset({"admin", "rdsadmin", "rdsrepladmin", "rds_superuser"})
_RESERVED_NAMES = frozenset({"db", "template0", "template1", "rdsadmin"})
_PASSWORD_LENGTH = range(8, 129)
_STORAGE = range(20, 65_537)
_HEADROOM = 1.1


@before("rds:CreateDBInstance")
def check(call: Call) -> None:
    """moto takes any class, version, name, password and size."""
    params = call.params
    if params.get("Engine") != "postgres":
        return
    _check_name(params)
    _check_version_and_class(params)
    check_password(params.get("MasterUserPassword"), managed=bool(params.get("ManageMasterUserPassword")))
    _check_storage(params)
    if params["DBInstanceIdentifier"].lower() in call.backend.databases:  # moto compares without folding the case
        raise Refusal("DBInstanceAlreadyExists", "DB instance already exists")


@before("rds:CreateDBInstance", "rds:ModifyDBInstance")
def check_groups(call: Call) -> None:
    """moto takes security groups that there are not."""
    for asked in call.params.get("VpcSecurityGroupIds", []):
        if call.other("ec2").get_security_group_from_id(asked) is None:
            raise Refusal("InvalidParameterValue", f"Invalid security group , groupId= {asked}, groupName=.")


@before("rds:CreateDBInstanceReadReplica")
def refuse_replica(call: Call) -> None:  # noqa: ARG001 - whatever it asks for
    """moto's replica has its source's own id, by which the engines are told apart."""
    raise Refusal("NotImplemented", "The local AWS makes no read replicas.", status=501)


def _check_name(params: dict[str, Any]) -> None:
    user, name = params.get("MasterUsername", ""), params.get("DBName")
    if not _USER.fullmatch(user):
        raise Refusal("InvalidParameterValue", f"The parameter MasterUsername is not valid: {user}")
    if user.lower() in _RESERVED_USERS or user.lower().startswith("pg_"):
        raise Refusal(
            "InvalidParameterValue",
            f"MasterUsername {user} cannot be used as it is a reserved word used by the engine",
        )
    if name is None:
        return
    if not _NAME.fullmatch(name):
        raise Refusal(
            "InvalidParameterValue", "DBName must begin with a letter and contain only alphanumeric characters."
        )
    if name.lower() in _RESERVED_NAMES:
        raise Refusal("InvalidParameterValue", f"Database name {name} cannot be used.  It is a reserved word.")


def _check_version_and_class(params: dict[str, Any]) -> None:
    version = params.get("EngineVersion") or "17"
    known = {f"{major}.{minor}" for major, minors in MINORS.items() for minor in minors}
    if version not in known and version not in MINORS:
        raise Refusal("InvalidParameterCombination", f"Cannot find version {version} for postgres")
    if params.get("DBInstanceClass") not in classes():
        raise Refusal(
            "InvalidParameterCombination",
            "RDS does not support creating a DB instance with the following combination: "
            f"DBInstanceClass={params.get('DBInstanceClass')}, Engine=postgres, EngineVersion={version}, "
            "LicenseModel=postgresql-license.",
        )


def check_password(password: str | None, *, managed: bool) -> None:
    """AWS: 8 to 128 printable ASCII characters but / " @ and space."""
    if managed:
        return
    if password is None:
        raise Refusal(
            "InvalidParameterValue", "The parameter MasterUserPassword must be provided and must not be blank."
        )
    printable = password.isascii() and password.isprintable()
    if len(password) not in _PASSWORD_LENGTH or not printable or set(password) & set('/"@ '):
        raise Refusal(
            "InvalidParameterValue",
            "The parameter MasterUserPassword is not a valid password. Only printable ASCII characters besides "
            "'/', '@', '\"', ' ' may be used.",
        )


def _check_storage(params: dict[str, Any]) -> None:
    size, ceiling, kind = (params.get(name) for name in ("AllocatedStorage", "MaxAllocatedStorage", "StorageType"))
    if size is None or int(size) not in _STORAGE:
        raise Refusal(
            "InvalidParameterValue",
            f"Invalid storage size for engine name postgres and storage type {kind or 'gp2'}: {size}",
        )
    if ceiling is not None and int(ceiling) <= int(size):
        raise Refusal("InvalidParameterCombination", "Max storage size must be greater than storage size")
    if ceiling is not None and int(ceiling) < int(size) * _HEADROOM:
        text = "The maximum allocated storage must be increased by at least 10 percent."
        raise Refusal("InvalidParameterCombination", text)
