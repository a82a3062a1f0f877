"""No room for what the local AWS writes. A limit on the size of its files stands for the full disk."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from provision.aws import local
from tests.databases import SMALL
from tests.local.conftest import clients
from tests.local.rotation import refusal
from tests.waiting import until

LESS_THAN_A_DATABASE = 8 * 1024 * 1024


@contextmanager
def room(bytes_: int, pid: int = 0) -> Iterator[None]:
    """No file of that process, or of one begun meanwhile, grows beyond `bytes_`; 0: of this process."""
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (bytes_, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Linux alone limits another process")
def test_a_call_that_cannot_be_kept_says_so_and_works_once_there_is_room(folder: Path) -> None:
    endpoint = local.ensure(folder)
    ec2 = clients(endpoint.url)("ec2")
    assert endpoint.pid
    with room(1000, endpoint.pid):
        code, words = refusal(ec2.create_vpc, CidrBlock="10.0.0.0/16")
    assert code == "InsufficientStorage"
    assert "File too large" in words
    ec2.create_vpc(CidrBlock="10.1.0.0/16")


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="Linux alone limits another process")
def test_a_database_that_cannot_be_made_tells_why(folder: Path) -> None:
    with room(LESS_THAN_A_DATABASE):
        rds = clients(local.ensure(folder).url)("rds")
    rds.create_db_instance(DBInstanceIdentifier="one", **SMALL)
    until(lambda: rds.describe_db_instances()["DBInstances"][0]["DBInstanceStatus"] == "failed")
    events: list[dict[str, Any]] = rds.describe_events(SourceIdentifier="one", SourceType="db-instance")["Events"]
    assert events[-1]["EventCategories"] == ["failure"]
    assert "File too large" in events[-1]["Message"]
