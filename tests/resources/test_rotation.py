"""What a rotation that is not over, or not ours, has to do with the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from provision.doctor.finding import Finding, Link
from provision.engine.apply import apply
from provision.engine.survey import survey
from provision.errors import CannotChange, Failed
from provision.operations.doctor import doctor, own
from provision.operations.mending import mend
from provision.operations.preflight import ROTATED, ask
from provision.operations.work import Work
from provision.resources.rds.password import SECRET_TAG
from provision.settings import Database
from tests.resources.test_deleted_by_hand import role
from tests.resources.whole import NAMES, Whole

NAME = "shop/database"
ELSEWHERE = "arn:aws:lambda:us-east-1:210987654321:function:shop-rotation"
AGAIN = "A previous rotation isn't complete. That rotation will be reattempted."


def secrets(stack: Whole) -> Any:
    return stack.account.outside("secretsmanager")


def value(stack: Whole) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(secrets(stack).get_secret_value(SecretId=NAME)["SecretString"])
    return told


@contextmanager
def begun(stack: Whole) -> Iterator[str]:
    """While a rotation is between two of its steps; the version that it is about to make current. The database has
    moved meanwhile, so that there is something to write."""
    client = secrets(stack)
    client.put_secret_value(SecretId=NAME, SecretString=json.dumps({**value(stack), "host": "former"}))
    new = json.dumps({**value(stack), "password": another(value(stack)["password"])})
    version = client.put_secret_value(SecretId=NAME, SecretString=new, VersionStages=["AWSPENDING"])["VersionId"]
    try:
        yield version
    finally:
        if "AWSPENDING" in labels(stack, version):
            client.update_secret_version_stage(SecretId=NAME, VersionStage="AWSPENDING", RemoveFromVersionId=version)


def another(password: str) -> str:
    return password[::-1]


def labels(stack: Whole, version: str) -> list[str]:
    told: list[str] = secrets(stack).describe_secret(SecretId=NAME)["VersionIdsToStages"].get(version, [])
    return told


def finish(stack: Whole, version: str) -> None:
    client = secrets(stack)
    stages = client.describe_secret(SecretId=NAME)["VersionIdsToStages"]
    (current,) = (one for one, labels in stages.items() if "AWSCURRENT" in labels)
    client.update_secret_version_stage(
        SecretId=NAME, VersionStage="AWSCURRENT", MoveToVersionId=version, RemoveFromVersionId=current
    )
    client.update_secret_version_stage(SecretId=NAME, VersionStage="AWSPENDING", RemoveFromVersionId=version)


@contextmanager
def ending(stack: Whole) -> Iterator[None]:
    """While a rotation is under way, which ends once the run has rested for a while."""
    clock = stack.account.clock
    before, sleep = clock.slept, clock.sleep
    with begun(stack) as version:

        def sleeping(seconds: float) -> None:
            sleep(seconds)
            if clock.slept - before > 5 and "AWSPENDING" in labels(stack, version):
                finish(stack, version)

        clock.sleep = sleeping  # type: ignore[method-assign]  # somebody else's deeds meanwhile
        yield
        clock.sleep = sleep  # type: ignore[method-assign]  # likewise


def test_what_is_written_meanwhile_keeps_the_new_password(stack: Whole) -> None:
    """Else the one before would be current again, which the database takes no more."""
    new = another(value(stack)["password"])
    with ending(stack):
        stack.up()
        assert value(stack)["password"] == new
        assert value(stack)["host"] != "former"


def test_the_database_is_not_given_the_password_of_before(stack: Whole) -> None:
    """By `doctor --fix`, which a rotation may well look to as if the database had another password than the secret."""
    new = another(value(stack)["password"])
    with ending(stack):
        run = stack.account.run()
        work = Work(run=run, settings=stack.settings, names=NAMES, invoking=lambda _: run.aws)
        refused = Finding(id="login.password", link=Link.SYMPTOM, what="It is refused.", evidence="28P01")
        mend(work, replace(doctor(work, own(work)), findings=(refused,)))
        given = [one.get("MasterUserPassword") for one in stack.account.told("ModifyDBInstance")]
        assert [one for one in given if one] == [new]


def test_nor_by_an_up_that_does_not_know_whose_password_it_has(stack: Whole) -> None:
    """Somebody has taken the tag away that says it."""
    new = another(value(stack)["password"])
    arn = stack.look()["database"].found.attrs["arn"]  # type: ignore[union-attr]  # it is there
    stack.account.outside("rds").remove_tags_from_resource(ResourceName=arn, TagKeys=[SECRET_TAG])
    with ending(stack):
        stack.up()
        given = [one.get("MasterUserPassword") for one in stack.account.told("ModifyDBInstance")]
        assert [one for one in given if one] == [new]


def test_one_that_does_not_end_stops_nothing(stack: Whole) -> None:
    old = value(stack)["password"]
    with begun(stack):
        slept = stack.account.clock.slept
        stack.up()
        assert 60 <= stack.account.clock.slept - slept < 120
        assert value(stack)["password"] == old
        assert value(stack)["host"] != "former"


@pytest.mark.parametrize(
    ("code", "text", "hint"),
    [
        ("InvalidRequestException", AGAIN, "`doctor`"),
        (
            "AccessDeniedException",
            "Secrets Manager cannot invoke the specified Lambda function.",
            "lambda:InvokeFunction",
        ),
    ],
)
def test_what_time_does_not_cure_is_no_riddle(stack: Whole, code: str, text: str, hint: str) -> None:
    """A rotation that fails again and again; a right that is really missing, to Secrets Manager or to the caller."""
    stack.settings = replace(stack.settings, database=Database(rotation_days=90))
    stack.account.refuse("RotateSecret", code, text, times=1000)
    with pytest.raises(Failed) as told:
        stack.up()
    assert (text in told.value.why, hint in told.value.hint) == (True, True), told.value


def test_it_is_switched_off_between_two_rotations(stack: Whole) -> None:
    """Else the database could have a password that never becomes the current one."""
    new = another(value(stack)["password"])
    with ending(stack):
        stack.account.down([stack.steps()["secret.rotation"]])
        assert stack.account.sent == ["CancelRotateSecret"]
        assert value(stack)["password"] == new


def test_what_may_call_the_function_is_said_of_the_one_that_is_made_again(stack: Whole) -> None:
    """Also where the first look of the same `up` has seen the policy of the one before."""
    role("role.rotation")(stack.account.outside, stack.account.ids())
    surveyed_up(stack)
    assert "AddPermission" in stack.account.sent
    assert stack.differing() == {}


def test_ours_is_not_taken_for_somebody_elses_while_the_secret_waits_for_its_deletion(stack: Whole) -> None:
    secrets(stack).delete_secret(SecretId=NAME)
    surveyed_up(stack)
    assert "RestoreSecret" in stack.account.sent
    assert stack.differing() == {}


def surveyed_up(stack: Whole) -> None:
    """As `up` does it: a look at everything, the questions beforehand, and the work, all in one run."""
    run = stack.account.run()
    steps = list(stack.steps())
    absent = [look.step for look in survey(run, steps) if look.found is None]
    ask(Work(run=run, settings=stack.settings, names=NAMES, invoking=lambda _: run.aws), absent, (ROTATED,))
    apply(run, steps)


def test_a_function_of_that_name_in_another_account_is_theirs(stack: Whole) -> None:
    stack.account.rewrite("DescribeSecret", lambda told: told.update(RotationLambdaARN=ELSEWHERE))
    with pytest.raises(CannotChange, match=ELSEWHERE):
        stack.up()
    assert stack.account.sent == []
    stack.account.down([stack.steps()["secret.rotation"]])
    assert stack.account.sent == []
