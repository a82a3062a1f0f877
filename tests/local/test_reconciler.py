"""The reconciler goes on where it cannot follow a part of the account."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local
from provision.aws.local.account import Account
from provision.aws.local.files import Files
from provision.aws.local.log import LIMIT
from provision.aws.local.reconciler import Reconciler
from tests.databases import SMALL
from tests.local.conftest import clients
from tests.waiting import until


def test_one_whose_managed_password_is_gone_does_not_keep_it_from_others(folder: Path) -> None:
    client = clients(local.ensure(folder).url)
    rds = client("rds")

    def statuses() -> list[str]:
        return [one["DBInstanceStatus"] for one in rds.describe_db_instances()["DBInstances"]]

    managed = {name: value for name, value in SMALL.items() if name != "MasterUserPassword"}
    made = rds.create_db_instance(DBInstanceIdentifier="managed", ManageMasterUserPassword=True, **managed)
    client("secretsmanager").delete_secret(
        SecretId=made["DBInstance"]["MasterUserSecret"]["SecretArn"], ForceDeleteWithoutRecovery=True
    )
    rds.create_db_instance(DBInstanceIdentifier="another", **SMALL)
    until(lambda: statuses() == ["available", "available"])


class Unreadable(Account):
    """An account that no reconciler can make anything of."""

    def regions(self, service: str) -> dict[str, Any]:
        raise LookupError(service)


def shut() -> bool:
    """Somebody has taken a right to the folder above."""
    raise PermissionError("Permission denied")


@pytest.mark.parametrize("ours", [lambda: True, shut], ids=["there", "not to be looked at"])
def test_it_keeps_the_log_short_even_where_it_only_stumbles(tmp_path: Path, ours: Callable[[], bool]) -> None:
    files = Files(tmp_path)
    files.log.write_bytes(os.urandom(LIMIT + 1))
    reconciler = Reconciler(files, Unreadable(files))
    reconciler.start(ours)
    try:
        until(lambda: files.log.stat().st_size < LIMIT)
    finally:
        reconciler.stop()
