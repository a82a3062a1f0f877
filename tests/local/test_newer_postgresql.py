"""Another PostgreSQL is installed beside the one that made a database: each goes on with its own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from provision.aws import local
from tests.databases import SMALL
from tests.local.conftest import clients
from tests.waiting import until


def test_a_database_is_started_by_the_postgresql_that_made_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rds = clients(local.ensure(folder).url)("rds")
    rds.create_db_instance(DBInstanceIdentifier="one", **SMALL)
    until(lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available")
    local.stop(folder)
    for name in ("initdb", "postgres"):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "postgres (PostgreSQL) 99.1"\n')
        program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    local.ensure(folder)
    until(lambda: [one.state for one in local.status(folder).processes if one.what == "database one"] == ["running"])
