"""Settings that change in the life of a stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from provision.aws.local.wire import Answer, Call
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


def not_in_the_first_zone(call: Call, following: Callable[[Call], Answer]) -> Answer:
    answer = following(call)
    if call.action != "DescribeOrderableDBInstanceOptions":
        return answer
    return replace(answer, body=answer.body.replace(b"eu-west-1a", b"eu-west-1c"))


def test_a_class_that_is_not_offered_in_the_stacks_zones(commands: Commands) -> None:
    """AWS would refuse it when all but the database is there."""
    commands.account.aws.around.append(not_in_the_first_zone)
    commands.settings = "[database]\nmulti_az = true\n"
    assert commands("up") == 2
    assert "db.t3.small is not offered in eu-west-1a" in commands.err
    assert '["eu-west-1b", "eu-west-1c"]' in commands.err
    assert commands.census() == []
    commands.settings = '[network]\nzones = ["eu-west-1b", "eu-west-1c"]\n' + commands.settings
    commands.done("up")
    commands.account.aws.around.remove(not_in_the_first_zone)
