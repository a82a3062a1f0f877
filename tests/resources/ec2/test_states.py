"""States that moto never shows, and refusals that time cures."""

from collections.abc import Callable
from typing import Any

import pytest

from provision.engine.resource import Steps
from provision.errors import Denied, Failed, PatienceRanOut, QuotaReached
from provision.resources.ec2.security_group import SecurityGroup
from provision.resources.ec2.vpc import Vpc
from tests.resources.ec2.census import TAGGED, census
from tests.resources.ec2.network import network
from tests.resources.harness import Account, Killed
from tests.sampled import sampled


def saying(items: str, **fields: Any) -> Callable[[dict[str, Any]], None]:
    """Makes an answer give every item these fields."""

    def change(parsed: dict[str, Any]) -> None:
        for one in parsed[items]:
            one.update(fields)

    return change


def test_a_nat_gateway_is_waited_for_before_its_routes(account: Account) -> None:
    began = account.clock.now()

    def slow(parsed: dict[str, Any]) -> None:
        for one in parsed["NatGateways"]:
            one["State"] = "pending" if account.clock.now() < began + 115 else "available"

    account.rewrite("DescribeNatGateways", slow)
    account.up(network())
    assert 115 <= account.clock.now() - began < 115 * 1.05
    assert len(account.told("CreateNatGateway")) == 1


def test_a_nat_gateway_that_failed_is_told_and_the_next_run_makes_another(account: Account) -> None:
    reason = {"FailureCode": "Gateway.NotAttached", "FailureMessage": "Network vpc-1 has no Internet gateway attached"}
    account.rewrite("DescribeNatGateways", saying("NatGateways", State="failed", **reason))
    began = account.clock.now()
    with pytest.raises(Failed) as failed:
        account.up(network())
    assert "Network vpc-1 has no Internet gateway attached (Gateway.NotAttached)" in failed.value.why
    assert account.clock.now() - began < 1
    broken = account.ids()["nat.a"]
    (first,) = account.told("CreateNatGateway")

    ec2 = account.outside("ec2")
    address = ec2.describe_addresses(AllocationIds=[account.ids()["address.nat-a"]])["Addresses"][0]
    ec2.disassociate_address(AssociationId=address["AssociationId"])  # as AWS does when one fails

    def still_listed(parsed: dict[str, Any]) -> None:
        for one in parsed["NatGateways"]:
            one["State"] = "failed" if one["NatGatewayId"] == broken else one["State"]

    account.rewrite("DescribeNatGateways", still_listed)
    account.up(network())
    (second,) = account.told("CreateNatGateway")
    assert account.ids()["nat.a"] != broken
    assert first["ClientToken"] != second["ClientToken"], "AWS answers a token it knows with the old gateway"


def test_a_create_that_was_not_answered_is_sent_again_with_its_token(account: Account) -> None:
    account.refuse("CreateNatGateway", "InternalError", "An internal error has occurred", status=500)
    account.up(network())
    first, second = account.told("CreateNatGateway")
    assert first["ClientToken"] == second["ClientToken"] != ""


@pytest.mark.parametrize(
    ("operation", "code"),
    sampled(
        [
            ("CreateRoute", "InvalidNatGatewayID.NotFound"),
            ("CreateRoute", "InvalidGatewayID.NotFound"),
            ("CreateRoute", "InvalidParameterException"),
            ("CreateRoute", "RouteAlreadyExists"),
            ("AttachInternetGateway", "InvalidInternetGatewayID.NotFound"),
            ("AttachInternetGateway", "Resource.AlreadyAssociated"),
            ("AssociateRouteTable", "Resource.AlreadyAssociated"),
            ("AssociateRouteTable", "InvalidRouteTableID.NotFound"),
            ("CreateSubnet", "InvalidVpcID.NotFound"),
            ("CreateSubnet", "InvalidSubnet.Conflict"),
            ("CreateSecurityGroup", "InvalidGroup.Duplicate"),
            ("AuthorizeSecurityGroupIngress", "InvalidPermission.Duplicate"),
            ("AuthorizeSecurityGroupIngress", "InvalidGroup.NotFound"),
            ("CreateNatGateway", "Resource.AlreadyAssociated"),
            ("CreateNatGateway", "InvalidSubnetID.NotFound"),
            ("ModifyVpcAttribute", "InvalidVpcID.NotFound"),
            ("CreateVpc", "RequestLimitExceeded"),
        ]
    ),
)
def test_asked_again_until_aws_agrees(account: Account, operation: str, code: str) -> None:
    account.refuse(operation, code, "not yet", times=3)
    account.up(network())
    assert set(census(account)) == TAGGED
    account.up(network())
    assert account.sent == []


@pytest.mark.parametrize(
    ("operation", "code", "says"),
    [
        ("CreateVpc", "VpcLimitExceeded", QuotaReached),
        ("AllocateAddress", "AddressLimitExceeded", QuotaReached),
        ("CreateNatGateway", "NatGatewayLimitExceeded", QuotaReached),
        ("CreateSubnet", "InvalidParameterValue", Failed),
    ],
)
def test_what_time_does_not_cure_is_not_asked_again(
    account: Account, operation: str, code: str, says: type[Exception]
) -> None:
    account.refuse(operation, code, "no", times=100)
    with pytest.raises(says):
        account.up(network())
    assert account.clock.slept < 1
    account.relent()
    account.up(network())
    assert set(census(account)) == TAGGED


def test_a_vpc_that_aws_does_not_list_yet_is_not_made_twice(account: Account) -> None:
    began = account.clock.now()
    account.kill_after("CreateVpc")
    steps = Steps()
    steps.add(Vpc(key="vpc", cidr="10.0.0.0/16"))
    with pytest.raises(Killed):
        account.up(steps)

    def late(parsed: dict[str, Any]) -> None:
        if account.clock.now() < began + 10:
            parsed["Vpcs"] = []

    account.rewrite("DescribeVpcs", late)
    account.up(steps)
    assert set(census(account)) == {"vpc"}


@pytest.mark.parametrize(
    ("items", "keys"), [("Vpcs", ["vpc"]), ("Subnets", ["vpc", "subnet.private-a"])], ids=["VPC", "subnet"]
)
def test_nothing_is_built_on_what_is_still_pending(account: Account, items: str, keys: list[str]) -> None:
    began = account.clock.now()

    def pending(parsed: dict[str, Any]) -> None:
        for one in parsed[items]:
            one["State"] = "pending" if account.clock.now() < began + 5 else "available"

    account.rewrite(f"Describe{items}", pending)
    steps = network()
    account.up(steps[key] for key in keys)
    assert 5 <= account.clock.now() - began < 6


def test_what_is_on_its_way_out_is_to_be_made_anew(account: Account) -> None:
    account.up(network())
    for items in ("Vpcs", "NatGateways", "VpcEndpoints"):
        account.rewrite(f"Describe{items}", saying(items, State="deleting"))
    looks = account.look(network())
    assert {key for key, look in looks.items() if look.verb == "create"} == {"vpc", "nat.a", "endpoint.secretsmanager"}


def test_a_subnet_that_failed_is_told_at_once(account: Account) -> None:
    account.rewrite("DescribeSubnets", saying("Subnets", State="failed-insufficient-capacity"))
    steps = network()
    with pytest.raises(Failed) as failed:
        account.up([steps["vpc"], steps["subnet.private-a"]])
    assert "failed-insufficient-capacity" in failed.value.why
    assert account.clock.slept < 1


def test_an_endpoint_is_ready_whatever_the_case_of_its_state(account: Account) -> None:
    account.rewrite("DescribeVpcEndpoints", saying("VpcEndpoints", State="Available"))
    account.up(network())
    account.rewrite("DescribeVpcEndpoints", saying("VpcEndpoints", State="Pending"))
    with pytest.raises(PatienceRanOut):
        account.up(network())


def test_an_endpoint_that_failed_is_told_with_the_reason(account: Account) -> None:
    fields = {"State": "Failed", "LastError": {"Message": "The service is not offered in this zone."}}
    account.rewrite("DescribeVpcEndpoints", saying("VpcEndpoints", **fields))
    with pytest.raises(Failed) as failed:
        account.up(network())
    assert failed.value.why == "The service is not offered in this zone."


def test_an_endpoint_that_aws_did_not_delete_is_told(account: Account) -> None:
    """AWS answers 200 and lists what it refused."""
    account.up(network())
    refused = {"ResourceId": "vpce-1", "Error": {"Code": "InvalidParameter", "Message": "It is managed elsewhere."}}
    account.rewrite("DeleteVpcEndpoints", lambda parsed: parsed.update(Unsuccessful=[refused]))
    with pytest.raises(Failed) as failed:
        account.down(network())
    assert "It is managed elsewhere." in failed.value.why


@pytest.mark.parametrize("code", ["RequestLimitExceeded", "IncorrectState"])
def test_what_passes_is_asked_again_in_such_an_answer_too(account: Account, code: str) -> None:
    account.up(network())
    refused = {"ResourceId": "vpce-1", "Error": {"Code": code, "Message": "Not now."}}
    account.rewrite("DeleteVpcEndpoints", lambda parsed: parsed.update(Unsuccessful=[refused]))
    account.down(network())
    assert census(account) == {}


def test_an_endpoint_that_is_gone_already_is_no_failure(account: Account) -> None:
    account.up(network())
    gone = {"ResourceId": "vpce-1", "Error": {"Code": "InvalidVpcEndpoint.NotFound", "Message": "It does not exist."}}
    account.rewrite("DeleteVpcEndpoints", lambda parsed: parsed.update(Unsuccessful=[gone]))
    account.down(network())
    assert census(account) == {}


def test_a_group_never_lets_out_more_than_its_rules_say(account: Account) -> None:
    """AWS puts a rule that lets everything out into each new group; it goes before the group counts as made."""
    account.up(network())
    group, rules = account.ids()["group.function"], []
    for operation, parameters in account.calls:
        if parameters.get("GroupId") == group and operation.endswith("SecurityGroupEgress"):
            rules.append(operation)
    assert rules[0] == "RevokeSecurityGroupEgress"


def test_a_new_group_is_emptied_though_aws_knows_it_only_by_its_id(account: Account) -> None:
    """AWS may find it by its id before it lists it by its tags; its rule that lets everything out goes all the same."""

    def only_by_id(parsed: dict[str, Any]) -> None:
        if "Filters" in account.told("DescribeSecurityGroups")[-1]:
            parsed["SecurityGroups"] = []

    account.rewrite("DescribeSecurityGroups", only_by_id)
    steps = Steps()
    vpc = steps.add(Vpc(key="vpc", cidr="10.0.0.0/16"))
    group = steps.add(SecurityGroup(key="group.database", vpc=vpc, name="database", description="for a test"))
    account.up(steps)
    rules = account.outside("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [account.ids()[group.key]]}]
    )
    assert rules["SecurityGroupRules"] == []


def test_a_group_whose_rules_do_not_show_yet_is_waited_for(account: Account) -> None:
    began = account.clock.now()

    def late(parsed: dict[str, Any]) -> None:
        if account.clock.now() < began + 5:
            parsed["SecurityGroupRules"] = []

    account.rewrite("DescribeSecurityGroupRules", late)
    steps = Steps()
    vpc = steps.add(Vpc(key="vpc", cidr="10.0.0.0/16"))
    steps.add(SecurityGroup(key="group.database", vpc=vpc, name="database", description="for a test"))
    account.up(steps)
    assert account.clock.now() >= began + 5
    assert account.sent.count("RevokeSecurityGroupEgress") == 1


def test_no_nat_gateway_where_public_access_is_blocked(account: Account) -> None:
    """It would be billed, and let nothing through; an exclusion shows in the subnet's own mode."""
    blocked: dict[str, Any] = {"InternetGatewayBlockMode": "block-bidirectional"}
    account.rewrite("DescribeSubnets", saying("Subnets", BlockPublicAccessStates=blocked))
    with pytest.raises(Denied, match="Block Public Access") as denied:
        account.up(network())
    assert "exclusion" in denied.value.hint
    assert "CreateNatGateway" not in account.sent
    blocked["InternetGatewayBlockMode"] = "block-ingress"
    account.up(network())
    assert "CreateNatGateway" in account.sent
