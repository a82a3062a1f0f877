"""Functions in time, their roles, and the interfaces that they leave behind."""

from __future__ import annotations

import json
from typing import Any

import pytest

from provision.aws.local.manners import durations
from tests.manners.conftest import LifelikeAccount
from tests.manners.stack import VPC_ACCESS, Network, code_of, function, network, role, text_of

HELLO = {"FunctionName": "hello"}


def ready(account: LifelikeAccount, net: Network | None = None) -> None:
    """A function that is active, at pace 1."""
    account.manners.set({"pace": 1})
    arn = role(account)
    account.advance(durations.ROLE_GRANT + 1)
    function(account, arn, net)
    account.advance(durations.FUNCTION_CREATE_IN_VPC + 1)


def interfaces(account: LifelikeAccount) -> list[dict[str, Any]]:
    return list(account.client("ec2").describe_network_interfaces()["NetworkInterfaces"])


def test_it_is_pending_then_active(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    client, net, arn = account.client("lambda"), network(account), role(account)
    account.advance(durations.ROLE_GRANT + 1)
    assert function(account, arn, net)["State"] == "Pending"
    for call in (client.update_function_configuration, client.delete_function, client.invoke):
        assert code_of(call, **HELLO) == "ResourceConflictException"
        assert "state: Pending" in text_of(call, **HELLO)
    account.advance(durations.FUNCTION_CREATE_IN_VPC + 1)
    configuration = client.get_function_configuration(**HELLO)
    assert (configuration["State"], configuration["LastUpdateStatus"]) == ("Active", "Successful")


def test_an_update_is_in_progress_for_a_while(account: LifelikeAccount) -> None:
    ready(account)
    client = account.client("lambda")
    assert client.update_function_configuration(**HELLO, Timeout=9)["LastUpdateStatus"] == "InProgress"
    assert "update is in progress" in text_of(client.update_function_configuration, **HELLO, Timeout=10)
    assert client.get_function(**HELLO)["Configuration"]["LastUpdateStatus"] == "InProgress"
    account.advance(durations.FUNCTION_UPDATE + 1)
    assert client.get_function(**HELLO)["Configuration"]["LastUpdateStatus"] == "Successful"


def test_one_that_is_not_there_is_told_so(account: LifelikeAccount) -> None:
    client = account.client("lambda")
    for call, more in (
        (client.invoke, {}),
        (client.update_function_configuration, {"Timeout": 9}),
        (client.update_function_code, {"ZipFile": b"PK"}),
    ):
        assert code_of(call, **HELLO, **more) == "ResourceNotFoundException"


def test_it_can_fail(account: LifelikeAccount) -> None:
    account.manners.set({"outcomes": {"function": "EniLimitExceeded"}})
    function(account, role(account))
    configuration = account.client("lambda").get_function_configuration(**HELLO)
    assert (configuration["State"], configuration["StateReasonCode"]) == ("Failed", "EniLimitExceeded")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "cannot be assumed by Lambda"),
        (durations.ROLE_USABLE + 1, "KMS key is invalid for CreateGrant"),
        (durations.ROLE_GRANT + 1, ""),
    ],
)
def test_a_new_role_is_not_known_everywhere_at_once(account: LifelikeAccount, seconds: float, words: str) -> None:
    account.manners.set({"pace": 1})
    arn = role(account)
    account.advance(seconds)
    said = text_of(function, account=account, arn=arn, Environment={"Variables": {"KEY": "value"}})
    assert words in said
    assert bool(words) == bool(said)


def test_new_permissions_are_not_known_everywhere_at_once(account: LifelikeAccount) -> None:
    account.manners.set({"pace": 1})
    net, arn = network(account), role(account)
    account.advance(durations.ROLE_GRANT + 1)
    account.client("iam").put_role_policy(RoleName="role", PolicyName="more", PolicyDocument=json.dumps(VPC_ACCESS))
    assert "does not have permissions to call CreateNetworkInterface" in text_of(
        function, account=account, arn=arn, net=net
    )
    account.advance(durations.ROLE_USABLE + 1)
    assert text_of(function, account=account, arn=arn, net=net) == ""


def test_a_role_may_do_what_a_managed_policy_allows_in_its_default_version(account: LifelikeAccount) -> None:
    net, arn, iam = network(account), role(account), account.client("iam")
    iam.delete_role_policy(RoleName="role", PolicyName="own")
    policy = iam.create_policy(PolicyName="theirs", PolicyDocument=json.dumps(VPC_ACCESS))["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="role", PolicyArn=policy)
    other = json.dumps(VPC_ACCESS).replace("Allow", "Deny")
    second = iam.create_policy_version(PolicyArn=policy, PolicyDocument=other)["PolicyVersion"]["VersionId"]
    assert text_of(function, account=account, arn=arn, net=net) == ""
    account.client("lambda").delete_function(**HELLO)
    iam.set_default_policy_version(PolicyArn=policy, VersionId=second)
    assert "does not have permissions" in text_of(function, account=account, arn=arn, net=net)


def test_interfaces_outlive_the_function_then_become_free_then_go(account: LifelikeAccount) -> None:
    net = network(account)
    ready(account, net)
    ec2 = account.client("ec2")
    account.client("lambda").delete_function(**HELLO)
    assert code_of(account.client("lambda").get_function, **HELLO) == "ResourceNotFoundException"
    assert [one["Status"] for one in interfaces(account)] == ["in-use", "in-use"]
    assert code_of(ec2.delete_subnet, SubnetId=net.subnets[0]) == "DependencyViolation"
    assert code_of(ec2.delete_security_group, GroupId=net.group) == "DependencyViolation"
    one = interfaces(account)[0]["NetworkInterfaceId"]
    assert code_of(ec2.delete_network_interface, NetworkInterfaceId=one) == "InvalidParameterValue"
    account.advance(durations.INTERFACE_RELEASE_AFTER_DELETE * durations.INTERFACE_AVAILABLE + 1)
    assert [one["Status"] for one in interfaces(account)] == ["available", "available"]
    ec2.delete_network_interface(NetworkInterfaceId=one)
    account.advance(durations.INTERFACE_RELEASE_AFTER_DELETE)
    assert interfaces(account) == []
    ec2.delete_subnet(SubnetId=net.subnets[0])


def test_leaving_the_vpc_first_frees_the_interfaces_sooner(account: LifelikeAccount) -> None:
    net = network(account)
    ready(account, net)
    client = account.client("lambda")
    client.update_function_configuration(**HELLO, VpcConfig={"SubnetIds": [], "SecurityGroupIds": []})
    assert len(interfaces(account)) == 2
    account.advance(durations.FUNCTION_UPDATE + 1)
    client.delete_function(**HELLO)
    account.advance(durations.INTERFACE_RELEASE_AFTER_DETACH)
    assert interfaces(account) == []


def test_without_the_role_the_interfaces_are_stranded(account: LifelikeAccount) -> None:
    net = network(account)
    ready(account, net)
    account.client("lambda").delete_function(**HELLO)
    account.client("iam").delete_role_policy(RoleName="role", PolicyName="own")
    account.client("iam").delete_role(RoleName="role")
    account.advance(durations.INTERFACE_RELEASE_AFTER_DELETE + 1)
    assert len(interfaces(account)) == 2
    account.advance(durations.INTERFACE_RELEASE_AFTER_DELETE * durations.INTERFACE_STRANDED)
    assert interfaces(account) == []


def test_interfaces_on_their_way_out_are_used_again(account: LifelikeAccount) -> None:
    net = network(account)
    ready(account, net)
    account.client("lambda").delete_function(**HELLO)
    before = {one["NetworkInterfaceId"] for one in interfaces(account)}
    account.advance(durations.INTERFACE_RELEASE_AFTER_DELETE * durations.INTERFACE_AVAILABLE + 1)
    assert interfaces(account)[0]["Status"] == "available"
    function(account, account.client("iam").get_role(RoleName="role")["Role"]["Arn"], net)
    account.advance(durations.INTERFACE_RELEASE_AFTER_DELETE)
    assert {one["NetworkInterfaceId"] for one in interfaces(account)} == before
    assert {one["Status"] for one in interfaces(account)} == {"in-use"}


def test_a_second_role_of_the_same_name_cannot_decrypt_the_variables(account: LifelikeAccount) -> None:
    client, variables = account.client("lambda"), {"Variables": {"KEY": "value"}}

    def again() -> str:
        account.client("iam").delete_role_policy(RoleName="role", PolicyName="own")
        account.client("iam").delete_role(RoleName="role")
        return role(account)

    function(account, role(account), Environment=variables)
    arn = again()
    assert code_of(client.invoke, **HELLO) == "KMSAccessDeniedException"
    client.update_function_configuration(**HELLO, Role=arn, Timeout=9)
    assert code_of(client.invoke, **HELLO) == "KMSAccessDeniedException"
    client.delete_function(**HELLO)
    function(account, arn, Environment=variables)
    assert code_of(client.invoke, **HELLO) == "ServiceException", "as far as it can come here, where nothing runs"
