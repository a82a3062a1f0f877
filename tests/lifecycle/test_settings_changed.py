"""Settings that change in the life of a stack."""

from __future__ import annotations

from tests.commands import Commands


def ceiling(commands: Commands) -> int | None:
    (told,) = commands.account.client("rds").describe_db_instances()["DBInstances"]
    found: int | None = told.get("MaxAllocatedStorage")
    return found


def test_storage_that_does_not_grow_from_the_start_and_later(commands: Commands) -> None:
    """AWS: a ceiling that equals the storage is refused when the database is made."""
    for limit, told in ((20, None), (100, 100), (20, None)):
        commands.settings = f"[database]\nmax_storage_gib = {limit}\n"
        commands.done("up")
        assert ceiling(commands) == told
        commands.done("plan", "--detailed-exitcode")
