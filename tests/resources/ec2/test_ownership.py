"""What does not carry the stack's tags is never adopted, changed or deleted, whatever the state file says."""

import json
from typing import Any

import pytest

from provision.errors import Ambiguous, NotOurs
from tests.resources.ec2.census import KINDS, TAGGED, census
from tests.resources.ec2.network import network
from tests.resources.harness import Account
from tests.sampled import sampled

OURS = [{"Key": "provision:stack"}, {"Key": "provision:key"}]


def described(account: Account, key: str, made: str) -> list[Any]:
    """AWS's own description of the one with that id, but for what its neighbours' going changes."""
    operation, items = KINDS[key.partition(".")[0]]
    return [
        {field: value for field, value in one.items() if field != "AvailableIpAddressCount"}
        for one in getattr(account.outside("ec2"), operation)()[items]
        if made in one.values()
    ]


@pytest.mark.parametrize(
    "key", sampled(sorted(key for key in TAGGED if not key.startswith(("rule.", "group.default", "acl.default"))))
)
def test_what_lost_its_tags_is_refused_and_left(account: Account, key: str) -> None:
    account.up(network())
    made = account.ids()[key]
    account.outside("ec2").delete_tags(Resources=[made], Tags=OURS)
    before = described(account, key, made)
    with pytest.raises(NotOurs) as refused:
        account.up(network())
    assert made in str(refused.value)
    assert account.sent == []
    with pytest.raises(NotOurs) as refused:
        account.down(network())
    assert made in str(refused.value)
    assert described(account, key, made) == before != []


@pytest.mark.parametrize("key", ["subnet.private-a", "group.database"])
def test_without_the_state_file_a_namesake_in_our_vpc_is_refused(account: Account, key: str) -> None:
    account.up(network())
    account.outside("ec2").delete_tags(Resources=[account.ids()[key]], Tags=OURS)
    account.ledger.unlink()
    with pytest.raises(NotOurs):
        account.up(network())
    assert account.sent == []


def test_a_state_file_with_somebody_elses_ids_is_no_proof(account: Account) -> None:
    account.up(network())
    account.down(network())
    ec2 = account.outside("ec2")
    theirs = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    edited = json.loads(account.ledger.read_text())
    row = {"kind": "VPC", "status": "ready", "id": theirs, "attrs": {}, "token": "", "since": 0.0}
    edited["resources"]["vpc"] = row
    account.ledger.write_text(json.dumps(edited))
    with pytest.raises(NotOurs):
        account.up(network())
    assert theirs not in str([parameters for name, parameters in account.calls if name in account.sent])
    with pytest.raises(NotOurs):
        account.down(network())
    assert theirs not in str([parameters for name, parameters in account.calls if name in account.sent])
    assert [vpc["VpcId"] for vpc in ec2.describe_vpcs(VpcIds=[theirs])["Vpcs"]] == [theirs]


@pytest.mark.parametrize("code", ["InvalidVpcID.Malformed", "InvalidVpcID.NotFound"])
def test_a_state_file_with_ids_of_nothing_does_no_harm(account: Account, code: str) -> None:
    account.up(network())
    account.down(network())
    edited = json.loads(account.ledger.read_text())
    row = {"kind": "VPC", "status": "ready", "id": "nonsense", "attrs": {}, "token": "", "since": 0.0}
    edited["resources"]["vpc"] = row
    account.ledger.write_text(json.dumps(edited))
    account.refuse("DescribeVpcs", code, times=99, about="nonsense")
    account.up(network())
    assert set(census(account)) == TAGGED


def test_a_late_list_hides_what_another_run_has_made_too(account: Account) -> None:
    """Though AWS tells ours already by its id."""
    ec2, theirs = account.outside("ec2"), []

    def make(_: dict[str, Any]) -> None:
        (made,) = account.told("AllocateAddress")
        theirs.append(ec2.allocate_address(**made)["AllocationId"])

    def hide(answer: dict[str, Any]) -> None:
        if theirs and "Filters" in account.told("DescribeAddresses")[-1]:
            answer["Addresses"] = []
            account.rewrite("DescribeAddresses", lambda _: None)

    account.rewrite("AllocateAddress", make)
    account.rewrite("DescribeAddresses", hide)
    account.up(network())
    assert [one["AllocationId"] for one in ec2.describe_addresses()["Addresses"]] == theirs


@pytest.mark.parametrize("key", ["vpc", "internet-gateway", "address.nat-a"])
def test_two_with_our_tags_are_ambiguous_and_teardown_removes_both(account: Account, key: str) -> None:
    account.up(network())
    ec2 = account.outside("ec2")
    twin = {
        "vpc": lambda: ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"],
        "internet-gateway": lambda: ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"],
        "address.nat-a": lambda: ec2.allocate_address(Domain="vpc")["AllocationId"],
    }[key]()
    ec2.create_tags(Resources=[twin], Tags=[{"Key": "provision:stack", "Value": "shop"}])
    ec2.create_tags(Resources=[twin], Tags=[{"Key": "provision:key", "Value": key}])
    with pytest.raises(Ambiguous) as refused:
        account.up(network())
    assert twin in str(refused.value)
    assert account.ids()[key] in str(refused.value)
    assert account.sent == []
    account.down(network())
    assert census(account) == {}


def test_another_stack_beside_ours_is_none_of_our_business(account: Account) -> None:
    ec2 = account.outside("ec2")
    other = {"Tags": [{"Key": "provision:stack", "Value": "other"}, {"Key": "provision:key", "Value": "vpc"}]}
    theirs = ec2.create_vpc(CidrBlock="10.0.0.0/16", TagSpecifications=[{"ResourceType": "vpc", **other}])
    account.up(network())
    assert account.ids()["vpc"] != theirs["Vpc"]["VpcId"]
    account.down(network())
    assert ec2.describe_vpcs(VpcIds=[theirs["Vpc"]["VpcId"]])["Vpcs"]
