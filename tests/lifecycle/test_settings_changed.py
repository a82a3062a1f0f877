"""Settings that change in the life of a stack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from provision.aws.local.wire import Answer, Call
from tests.fresh import Provision, settings
from tests.served import Served

MULTI_AZ = "[database]\nmulti_az = true\n"


def ceiling(cloud: Served) -> int | None:
    (instance,) = cloud.client("rds").describe_db_instances()["DBInstances"]
    found: int | None = instance.get("MaxAllocatedStorage")
    return found


def test_storage_that_does_not_grow_from_the_start_and_later(cloud: Served, provision: Provision) -> None:
    """AWS: a ceiling that equals the storage is refused when the database is made."""
    for limit, wanted in ((20, None), (100, 100), (20, None)):
        settings(f"[database]\nmax_storage_gib = {limit}\n")
        provision("up").well()
        assert ceiling(cloud) == wanted
        provision("plan", "--detailed-exitcode").well()


def not_in_the_first_zone(call: Call, following: Callable[[Call], Answer]) -> Answer:
    answer = following(call)
    if call.action != "DescribeOrderableDBInstanceOptions":
        return answer
    return replace(answer, body=answer.body.replace(b"eu-west-1a", b"eu-west-1c"))


def test_a_class_that_is_not_offered_in_the_stacks_zones(cloud: Served, provision: Provision) -> None:
    """AWS would refuse it when all but the database is there."""
    cloud.aws.around.append(not_in_the_first_zone)
    settings(MULTI_AZ)
    told = provision("up")
    assert told.code == 2
    assert "db.t3.small is not offered in eu-west-1a" in told.err
    assert '["eu-west-1b", "eu-west-1c"]' in told.err
    assert cloud.census() == []
    settings('[network]\nzones = ["eu-west-1b", "eu-west-1c"]\n' + MULTI_AZ)
    provision("up").well()
    cloud.aws.around.remove(not_in_the_first_zone)
