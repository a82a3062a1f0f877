"""Teardown's last look is a fresh one: it believes no answer, and no state file."""

from pathlib import Path

import pytest

from provision.aws.census import census
from provision.engine.events import StepFailed
from provision.errors import Leftovers, PatienceRanOut
from provision.operations.teardown import remaining, teardown
from tests.resources.harness import NAME
from tests.resources.whole import Whole, whole, work

ALWAYS = 1_000_000


def test_what_aws_accepted_and_did_not_do(tmp_path: Path) -> None:
    with whole(tmp_path) as stack:
        stack.up()
        ids = stack.account.ids()
        secret = stack.account.outside("secretsmanager").describe_secret(SecretId=ids["secret"])["Name"]
        stack.here.pretends = {"ec2:ReleaseAddress"}
        stack.account.refuse("DescribeSecret", "ResourceNotFoundException", times=ALWAYS)
        with pytest.raises(PatienceRanOut) as late:
            teardown(work(stack), final_snapshot=None)
        assert "Elastic IP address" in late.value.what
        left = {(one.kind, one.id, one.key) for one in remaining(work(stack))}
        addresses = {("Elastic IP address", ids[key], key) for key in ("address.nat-a", "address.nat-b")}
        assert left == {("secret", secret, "secret"), *addresses}, "the secret hid, and is listed all the same"
        stack.here.pretends = set()
        with pytest.raises(Leftovers) as hidden:
            teardown(work(stack), final_snapshot=None)
        assert f"secret {secret}" in hidden.value.why
        told = [event.what for event in stack.account.events if isinstance(event, StepFailed)]
        assert told[-1] == hidden.value.what
        stack.account.relent()
        assert teardown(work(stack), final_snapshot=None) == []
        assert stack.here.census() == []
        assert not stack.account.ledger.exists()


def test_what_goes_while_it_is_listed_hides_nothing_else(stack: Whole) -> None:
    before = set(remaining(work(stack)))
    roles = {one for one in before if one.kind == "role"}
    assert len(roles) > 1
    stack.account.refuse("GetRole", "NoSuchEntity", about=min(one.id for one in roles))
    assert len(before - set(remaining(work(stack)))) == 1


def test_a_thing_that_is_left_is_called_what_it_was_called_on_the_way(stack: Whole) -> None:
    kinds = {step.key: step.kind for step in stack.steps()}
    left = remaining(work(stack))
    assert [one for one in left if not kinds.get(one.key, one.kind).endswith(one.kind)] == []
    assert {one.kind for one in left} <= set(kinds.values())


def test_continuous_backups_that_aws_backup_keeps_are_on_the_receipt(stack: Whole) -> None:
    """Of this stack's database, once it is gone; while it is there they come with it."""
    points = [f"arn:aws:backup:us-east-1:123456789012:recovery-point:continuous:{name}" for name in "abc"]
    ours, theirs = [{"Key": "provision:stack", "Value": NAME}], [{"Key": "provision:stack", "Value": "other"}]
    listed = [
        {"AwsBackupRecoveryPointArn": point, "Status": status, "TagList": tags}
        for point, status, tags in zip(points, ("retained", "active", "retained"), (ours, ours, theirs), strict=True)
    ]
    listed.append({"Status": "retained", "TagList": ours})
    stack.account.rewrite(
        "DescribeDBInstanceAutomatedBackups", lambda told: told.update(DBInstanceAutomatedBackups=listed)
    )
    kept = [one for one in census(stack.account.run()) if one.kind == "AWS Backup recovery point"]
    assert [one.id for one in kept] == points[:1]
    assert "AWS Backup" in kept[0].on_purpose


def test_a_secret_that_the_organization_lets_nobody_delete_at_once_waits(tmp_path: Path) -> None:
    """AWS: `secretsmanager:ForceDeleteWithoutRecovery` in a service control policy."""
    denied = "not authorized to perform: secretsmanager:DeleteSecret with an explicit deny in a service control policy"
    with whole(tmp_path) as stack:
        stack.up()
        account = stack.account
        made = account.ids()["secret"]
        account.refuse("DeleteSecret", "AccessDeniedException", denied, about="ForceDelete", times=ALWAYS)
        for _ in range(2):
            (left,) = teardown(work(stack), final_snapshot=None)
            assert (left.kind, left.gib) == ("secret", 0)
            assert "recovery window" in left.on_purpose
            assert not account.ledger.exists()
        stack.up()
        assert account.ids()["secret"] == made
        account.relent()
        assert teardown(work(stack), final_snapshot=None) == []
