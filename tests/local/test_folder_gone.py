"""A local AWS whose folder was moved, removed or copied under it: it ends with its processes, and writes no more."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local
from tests.databases import SMALL
from tests.local.conftest import alive, clients, end
from tests.waiting import until


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Path]:
    """Another place for the same folder."""
    place = tmp_path / "other"
    yield place
    end(place)


def serving(rds: Any) -> bool:
    return bool(rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "available")


def with_a_database(folder: Path) -> list[int]:
    """Process ids of the local AWS and its database."""
    rds = clients(local.ensure(folder).url)("rds")
    rds.create_db_instance(DBInstanceIdentifier="one", **SMALL)
    until(lambda: serving(rds))
    pids = [one.pid for one in local.status(folder).processes if one.pid]
    assert len(pids) == 2
    return pids


def test_moved_it_ends_and_starts_again_in_the_new_place(folder: Path, other: Path) -> None:
    pids = with_a_database(folder)
    folder.rename(other)
    rds = clients(local.ensure(other).url)("rds")
    until(lambda: not any(alive(pid) for pid in pids))
    until(lambda: serving(rds))
    database = next(one for one in local.status(other).processes if one.what == "database one")
    assert database.state == "running"
    assert not folder.exists()


def test_removed_it_ends_and_has_no_part_in_what_comes_after_it(folder: Path) -> None:
    pids = with_a_database(folder)
    (elsewhere,) = [Path(one.read_text()) for one in folder.glob("engines/*/home")] or [folder]
    shutil.rmtree(folder)
    endpoint = local.ensure(folder)
    until(lambda: not any(alive(pid) for pid in pids))
    time.sleep(1)  # in which a reconciler would look
    assert list(folder.glob("engines/*")) == []
    assert local.ensure(folder).pid == endpoint.pid
    shutil.rmtree(elsewhere, ignore_errors=True)  # root's engines keep their files there


def test_a_copy_is_an_account_of_its_own(folder: Path, other: Path) -> None:
    first = clients(local.ensure(folder).url)("iam")
    first.create_user(UserName="both")
    shutil.copytree(folder, other)
    assert not local.status(other).running
    second = clients(local.ensure(other).url)("iam")
    second.delete_user(UserName="both")
    assert [one["UserName"] for one in first.list_users()["Users"]] == ["both"]
    assert second.list_users()["Users"] == []
