"""A control plane that was killed leaves its PostgreSQL running: it is shown, taken over, or ended."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from provision.aws import local
from tests.databases import SMALL
from tests.local.conftest import clients
from tests.waiting import until


def test_an_orphaned_database_is_shown_and_taken_over_or_ended(folder: Path) -> None:
    endpoint = local.ensure(folder)
    rds = clients(endpoint.url)("rds")
    rds.create_db_instance(
        DBInstanceIdentifier="orphan",
        **SMALL,
    )
    until(lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available")
    database = next(one for one in local.status(folder).processes if one.what == "database orphan")

    os.kill(endpoint.pid, signal.SIGKILL)
    until(lambda: not local.status(folder).running)
    status = local.status(folder)
    assert [(one.state, one.pid) for one in status.processes] == [("orphaned", database.pid)]
    assert "takes these over" in status.notes[0]

    local.ensure(folder)
    until(
        lambda: [one.pid for one in local.status(folder).processes if one.what == "database orphan"] == [database.pid]
    )
    assert local.status(folder).notes == ()

    os.kill(local.ensure(folder).pid, signal.SIGKILL)
    until(lambda: not local.status(folder).running)
    assert local.stop(folder)
    assert local.status(folder).processes == ()
