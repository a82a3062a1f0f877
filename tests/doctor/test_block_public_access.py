"""VPC Block Public Access: routes and gateways are in order, and all the same nothing gets out."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.gather.networks import built
from provision.doctor.picture import Picture
from provision.doctor.probe import Probe, Step
from tests.doctor.pictures import HEALTHY, NETWORK
from tests.doctor.typed import wrong

ANYWHERE = "0.0.0.0/0"


def subnet(id: str, cidr: str, mode: str) -> dict[str, Any]:  # noqa: A002 - its name
    described = {"SubnetId": id, "VpcId": "vpc-1", "CidrBlock": cidr, "AvailabilityZone": "eu-west-1a"}
    return described | ({"BlockPublicAccessStates": {"InternetGatewayBlockMode": mode}} if mode else {})


def table(id: str, of: str, **target: str) -> dict[str, Any]:  # noqa: A002 - its name
    route = {"DestinationCidrBlock": ANYWHERE, "State": "active", **target}
    return {"RouteTableId": id, "VpcId": "vpc-1", "Associations": [{"SubnetId": of}], "Routes": [route]}


def stack(*, private: str, public: str) -> Picture:
    """One that goes out by NAT, from what EC2 says; both are the modes that it shows of the subnets."""
    everything: Any = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": ANYWHERE}]}]
    answers: list[Any] = [
        list(NETWORK.vpcs.values()),
        [subnet("subnet-a", "10.0.0.0/24", private), subnet("subnet-p", "10.0.9.0/24", public)],
        [table("rtb-a", "subnet-a", NatGatewayId="nat-1"), table("rtb-p", "subnet-p", GatewayId="igw-1")],
        [],
        [{"GroupId": "sg-1", "IpPermissions": everything, "IpPermissionsEgress": everything}],
        [{"NatGatewayId": "nat-1", "State": "available", "SubnetId": "subnet-p"}],
        [{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc-1", "State": "available"}]}],
        [],
    ]
    return replace(HEALTHY, network=built(answers))


@pytest.mark.parametrize(
    ("private", "public"),
    [
        ("", ""),
        ("off", "off"),
        ("block-ingress", "block-ingress"),
        ("block-bidirectional", "off"),
        ("block-bidirectional", "block-ingress"),
    ],
    ids=["not told", "off", "ingress only", "excluded", "excluded for egress"],
)
def test_a_nat_gateway_goes_on_where_egress_is_not_blocked(private: str, public: str) -> None:
    """AWS: ingress-only mode lets NAT gateways through, and an exclusion shows as the subnet's own state."""
    assert diagnose(stack(private=private, public=public)).findings == ()


def test_a_nat_gateway_whose_subnet_may_not_reach_the_internet_is_the_cause() -> None:
    silent = Step(name="secret", ok=False, ms=16000.0, error="ConnectTimeoutError", text="Connect timeout")
    picture = replace(stack(private="block-bidirectional", public="block-bidirectional"), probe=Probe(steps=(silent,)))
    found = diagnose(picture).root
    assert found is not None
    assert found.id == "egress.block-public-access"
    assert "subnet-p" in found.evidence
    assert "--subnet-id subnet-p --internet-gateway-exclusion-mode allow-egress" in found.command
    assert "--egress endpoint" in found.advice
    assert [*wrong(found)] == []
    assert not found.by_up


def test_a_call_that_got_through_is_believed() -> None:
    works = Probe(steps=(Step(name="secret", ok=True, ms=20.0),))
    blocked = stack(private="block-bidirectional", public="block-bidirectional")
    assert diagnose(replace(blocked, probe=works)).findings == ()


def test_an_endpoint_needs_no_internet() -> None:
    blocked = stack(private="block-bidirectional", public="block-bidirectional")
    inside = replace(blocked.network, endpoints=NETWORK.endpoints)
    assert diagnose(replace(blocked, network=inside)).findings == ()
