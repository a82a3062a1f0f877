"""What could not be looked at keeps back what hangs on it, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.finding import Link
from provision.doctor.network import Rule
from provision.doctor.picture import Picture, Role, Subject, Unseen
from tests.doctor.changed import BY_NAT, database, function, group, network, proxy
from tests.doctor.pictures import HEALTHY, PROXIED, PROXY_ROLE, ROLE
from tests.doctor.test_policies import holding, may

THEIRS = Subject(function="f", database="db", ours=False)
INWARD = Rule(egress=False, protocol="tcp", ports=(443, 443), peer="10.0.0.0/16")
OUTWARD = Rule(egress=True, protocol="-1", ports=None, peer="0.0.0.0/0")


def shut(picture: Picture) -> Picture:
    """The one group lets nobody in to the database, or to the proxy before it."""
    return network(picture, groups={"sg-1": group(INWARD, OUTWARD)})


def found(picture: Picture, what: str) -> list[str]:
    blind = Unseen(what=what, why="The action is not allowed.", hint="Allow it.")
    return [one.id for one in diagnose(replace(picture, unseen=(blind,))).findings]


@pytest.mark.parametrize(
    ("what", "picture", "root"),
    [
        ("the database's parameters", database(state="stopped"), "database.state"),
        ("the database's parameters", shut(HEALTHY), "group.function-database.ingress"),
        ("the proxy's pool", proxy(state="suspended"), "proxy.state"),
        ("the proxy's pool", shut(PROXIED), "group.function-proxy.ingress"),
        ("the proxy's target", shut(PROXIED), "group.function-proxy.ingress"),
        ("DNS support", shut(HEALTHY), "group.function-database.ingress"),
        ("DNS host names", shut(HEALTHY), "group.function-database.ingress"),
        ("the network ACLs", shut(HEALTHY), "group.function-database.ingress"),
        ("the VPC endpoints", shut(HEALTHY), "group.function-database.ingress"),
        ("the NAT gateways", shut(BY_NAT), "group.function-database.ingress"),
        ("the internet gateways", shut(BY_NAT), "group.function-database.ingress"),
        ("the route tables", shut(HEALTHY), "group.function-database.ingress"),
        ("the route tables", network(vpcs={"vpc-1": replace(HEALTHY.network.vpcs["vpc-1"], dns_support=False)}), None),
    ],
)
def test_one_thing_unseen_hides_no_cause_elsewhere(what: str, picture: Picture, root: str | None) -> None:
    assert found(picture, what)[0] == (root or "dns.support")


@pytest.mark.parametrize(
    ("what", "picture"),
    [
        ("the proxy's target", proxy(targets=())),
        ("the proxy's pool", function(proxy(borrow_seconds=120), timeout=30)),
        ("the proxies", function(replace(HEALTHY, subject=THEIRS), variables={"HOST": "proxy.example"})),
        ("the database", replace(function(vpc="", subnets=()), database=None)),
        ("the VPC endpoints", network(BY_NAT, tables=())),
        ("the NAT gateways", network(BY_NAT, nats={})),
        ("the internet gateways", network(BY_NAT, gateways={})),
    ],
)
def test_what_was_not_shown_is_not_called_gone(what: str, picture: Picture) -> None:
    assert found(picture, what) == ["rights.unseen"]


@pytest.mark.parametrize(("role", "kept"), [(ROLE, "secret.denied"), (PROXY_ROLE, "proxy.denied")])
def test_a_role_may_read_the_secret_by_a_policy_of_the_secret_that_was_not_shown(role: Role, kept: str) -> None:
    powerless: dict[str, Any] = {"policies": may("ec2:*", "logs:*")}
    picture = holding(PROXIED, role, **powerless)
    assert [one.id for one in diagnose(picture).findings] == [kept]
    assert found(picture, "the secret's policy") == ["rights.unseen"]


def test_a_link_that_was_not_looked_at_is_not_called_well() -> None:
    blind = Unseen(what="the security groups", why="The action is not allowed.", hint="Allow it.")
    links = dict(diagnose(replace(HEALTHY, unseen=(blind,))).links)
    assert links[Link.DATABASE_WAY] == "unseen"
    assert links[Link.FUNCTION] is None
