"""A function's changes that Lambda is at work on, could not make, or can no longer make."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from provision.blueprint import wanted
from provision.engine.resource import Steps
from provision.errors import Denied, Failed, QuotaReached
from provision.names import Names
from provision.settings import Settings
from tests.resources.harness import NAME, REGION, Account

GET = "GetFunction"
SUBNETS = ("vpc", "subnet.private-a", "subnet.private-b", "group.database", "group.function")
BEFORE = (*SUBNETS, "secret", "role.function", "function.interfaces", "function.logs", "function")


@pytest.fixture
def steps() -> Steps:
    drawn = wanted(Settings(), Names(stack=NAME, region=REGION), proxy=False)
    kept = Steps()
    for key in BEFORE:
        kept.add(drawn[key])
    return kept


def failed(told: dict[str, Any]) -> None:
    told["Configuration"] |= {"LastUpdateStatus": "Failed", "LastUpdateStatusReason": "no addresses left"}


def test_a_change_that_failed_in_an_earlier_run_is_sent_again(account: Account, steps: Steps) -> None:
    account.up(steps)
    account.rewrite(GET, failed)
    look = account.look(steps)["function"]
    assert [str(change) for change in look.changes] == ["last update: failed (no addresses left) -> successful"]
    with pytest.raises(Failed, match="could not change the function") as told:
        account.up(steps)
    assert "no addresses left" in told.value.why
    assert account.sent == ["UpdateFunctionConfiguration"]
    account.relent()
    account.up(steps)
    assert account.sent == []


def no_interfaces(told: dict[str, Any]) -> None:
    told["Configuration"] |= {
        "State": "Failed",
        "StateReasonCode": "EniLimitExceeded",
        "StateReason": "Lambda has reached the limit of network interfaces",
    }


def test_a_function_without_room_for_its_interfaces_names_the_quota_and_can_be_removed(
    account: Account, steps: Steps
) -> None:
    account.rewrite(GET, no_interfaces)
    for _ in range(2):
        with pytest.raises(QuotaReached, match="network interfaces of Lambda per VPC") as told:
            account.up(steps)
        assert "has reached the limit" in told.value.why
        assert "Service Quotas" in told.value.hint
    account.down(steps)
    assert "DeleteFunction" in account.sent
    assert account.ids() == {}


@pytest.mark.parametrize(
    ("code", "hint"),
    [("SubnetOutOfIPAddresses", "Free addresses in the private subnets"), ("InsufficientRolePermissions", "boundary")],
)
def test_a_function_that_lambda_could_not_set_up_says_what_to_do(
    account: Account, steps: Steps, code: str, hint: str
) -> None:
    account.rewrite(GET, lambda told: told["Configuration"].update(State="Failed", StateReasonCode=code))
    with pytest.raises(Failed, match="could not set up the function") as told:
        account.up(steps)
    assert hint in told.value.hint


def test_a_log_group_whose_name_begins_like_ours_is_another(account: Account, steps: Steps) -> None:
    """AWS lists groups by the beginning of their names."""
    theirs = "/aws/lambda/shop-function-blue"
    account.outside("logs").create_log_group(logGroupName=theirs)
    account.up(steps)
    account.up(steps)
    assert account.sent == []
    account.down(steps)
    left = account.outside("logs").describe_log_groups()["logGroups"]
    assert [one["logGroupName"] for one in left] == [theirs]


def test_it_is_not_deleted_while_it_leaves_its_vpc(account: Account, steps: Steps) -> None:
    account.up(steps)
    looks = iter([*["Successful"], *["InProgress"] * 3])
    account.rewrite(GET, lambda told: told["Configuration"].update(LastUpdateStatus=next(looks, "Successful")))
    account.down(steps)
    sent = [name for name, _ in account.calls if name in (GET, "UpdateFunctionConfiguration", "DeleteFunction")]
    assert sent[: sent.index("DeleteFunction") + 1] == [
        GET, "UpdateFunctionConfiguration", *[GET] * 4, "DeleteFunction"
    ]  # fmt: skip


def unreadable(told: dict[str, Any]) -> None:
    refused = {"ErrorCode": "AccessDeniedException", "Message": "The ciphertext refers to a key you may not use."}
    told["Configuration"]["Environment"] = {"Error": refused}


def test_variables_that_this_identity_may_not_read_are_not_written_over(account: Account, steps: Steps) -> None:
    """They are written whole: what is not read would be lost."""
    account.up(steps)
    account.rewrite(GET, unreadable)
    with pytest.raises(Denied, match="cannot be read") as told:
        account.up(steps)
    assert "you may not use" in told.value.why
    assert "kms:Decrypt" in told.value.hint
    assert account.sent == []
    account.down(steps)
    assert account.ids() == {}


def test_what_lambda_is_deleting_is_leaving(account: Account, steps: Steps) -> None:
    account.up(steps)
    account.rewrite(GET, lambda told: told["Configuration"].update(State="Deleting"))
    assert account.look(steps)["function"].condition.state == "leaving"


def test_without_its_role_it_is_deleted_at_once(account: Account, steps: Steps) -> None:
    account.up(steps)
    role = account.ids()["role.function"]
    iam = account.outside("iam")
    for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role, PolicyName=policy)
    iam.delete_role(RoleName=role)
    account.down(steps)
    assert "UpdateFunctionConfiguration" not in account.sent
    assert account.sent[0] == "DeleteFunction"


def test_a_function_goes_only_once_lambda_knows_the_role_that_was_made_again(account: Account, steps: Steps) -> None:
    """Until then it could not be made again, and there would be none in between."""
    account.up(steps)
    began = account.clock.time = float(int(time.time()) + 60)  # AWS dates roles to the second

    def just_made(told: dict[str, Any]) -> None:
        told["Role"]["CreateDate"] = datetime.fromtimestamp(began, UTC)

    def newer(told: dict[str, Any]) -> None:
        if account.told("CreateFunction"):
            told["Configuration"]["LastModified"] = datetime.fromtimestamp(began + 60, UTC).isoformat()

    account.outside("lambda").update_function_configuration(
        FunctionName=account.ids()["function"], Environment={"Variables": {"DB_NAME": "shop", "MINE": "42", "KEY": "s"}}
    )
    account.rewrite("GetRole", just_made)
    account.rewrite(GET, newer)
    (change,) = account.look(steps)["function"].changes
    assert change.want == "the function is made again, with your KEY, MINE"
    account.up(steps)
    kept = account.outside("lambda").get_function(FunctionName=account.ids()["function"])["Configuration"]
    assert kept["Environment"]["Variables"]["MINE"] == "42"
    assert account.sent == ["DeleteFunction", "CreateFunction"]
    assert account.clock.time >= began + 15


def test_where_a_function_may_be_in_a_vpc_alone_it_is_deleted_from_there(account: Account, steps: Steps) -> None:
    """A missing right is named all the same: it can be given."""
    account.up(steps)
    action = "not authorized to perform: lambda:UpdateFunctionConfiguration"
    account.refuse("UpdateFunctionConfiguration", "AccessDeniedException", action)
    with pytest.raises(Denied, match="lambda:UpdateFunctionConfiguration"):
        account.down(steps)
    assert "DeleteFunction" not in account.sent
    forbidden = f"{action} with an explicit deny in a service control policy"
    account.refuse("UpdateFunctionConfiguration", "AccessDeniedException", forbidden, times=9)
    account.down(steps)
    assert "DeleteFunction" in account.sent
    assert account.ids() == {}


@pytest.mark.parametrize(
    "text",
    [
        "The runtime parameter of python3.13 is no longer supported for creating or updating AWS Lambda functions.",
        "The role defined for the function cannot be assumed by Lambda.",
        "Function must be configured to execute in a VPC to reference access point arn:aws:elasticfilesystem:x.",
        "Ipv6AllowedForDualStack cannot be true without subnet or security groups.",
    ],
    ids=["runtime", "role", "file system", "IPv6"],
)
def test_what_lambda_does_not_take_out_of_its_vpc_is_deleted_there(account: Account, steps: Steps, text: str) -> None:
    """Years after a runtime's end, or with what somebody has added or taken away; no time cures any of it."""
    account.up(steps)
    account.refuse("UpdateFunctionConfiguration", "InvalidParameterValueException", text, times=99)
    account.down(steps)
    assert len(account.told("UpdateFunctionConfiguration")) == 1
    assert account.ids() == {}


def test_what_lambda_fails_to_take_out_of_its_vpc_is_deleted_there(account: Account, steps: Steps) -> None:
    """As with variables under a disabled key of the user's: it takes the change and cannot make it, however often."""
    account.up(steps)
    ids = account.ids()

    def still_there(told: dict[str, Any]) -> None:
        if account.told("UpdateFunctionConfiguration"):
            failed(told)
            subnets = [ids["subnet.private-a"], ids["subnet.private-b"]]
            vpc = {"SubnetIds": subnets, "SecurityGroupIds": [ids["group.function"]]}
            told["Configuration"] |= {"RevisionId": "another", "VpcConfig": vpc}

    account.rewrite(GET, still_there)
    account.down(steps)
    assert len(account.told("UpdateFunctionConfiguration")) == 1
    assert account.ids() == {}


def test_a_change_that_failed_long_ago_is_no_reason_to_delete_it_in_its_vpc(account: Account, steps: Steps) -> None:
    """Its interfaces would be held for longer."""
    account.up(steps)
    account.rewrite(GET, lambda told: failed(told) if "UpdateFunctionConfiguration" not in account.sent else None)
    account.down(steps)
    assert len(account.told("UpdateFunctionConfiguration")) == 1
    assert account.ids() == {}
