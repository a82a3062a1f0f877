"""A stack with an interface endpoint and the proxy at once, on an endpoint that is none of ours; its last snapshot."""

from __future__ import annotations

from tests.command import Here
from tests.lifecycle.account import ANYWHERE, FUNCTION, KEY, PlainAccount, tagged
from tests.lifecycle.conftest import REGION


def test_asking_first_and_with_an_interface_endpoint_and_the_proxy_at_once(here: Here, account: PlainAccount) -> None:
    """The preflight's questions that this endpoint has no answer to are warnings."""
    made = here.provision("up", "--proxy", "--egress", "endpoint").well()
    assert "going on without that answer" in made.err
    ec2 = account.ask("ec2")
    assert ec2.describe_addresses()["Addresses"] == []
    assert [one for one in ec2.describe_nat_gateways()["NatGateways"] if one["State"] != "deleted"] == []
    assert ec2.describe_internet_gateways()["InternetGateways"] == []
    assert set(account.by_key("describe_subnets", "Subnets")) == {"subnet.private-a", "subnet.private-b"}
    (endpoint,) = (one for one in ec2.describe_vpc_endpoints()["VpcEndpoints"] if one["State"] != "deleted")
    assert endpoint["VpcEndpointType"] == "Interface"
    assert endpoint["ServiceName"] == f"com.amazonaws.{REGION}.secretsmanager"
    assert endpoint["PrivateDnsEnabled"]
    assert tagged(endpoint["Tags"])[KEY] == "endpoint.secretsmanager"
    assert account.doors("lambda-rds-endpoint") == {("in", "tcp", 443, 443, FUNCTION)}
    assert ("out", "tcp", 443, 443, "lambda-rds-endpoint") in account.doors(FUNCTION)
    assert ANYWHERE not in {peer for *_, peer in account.doors(FUNCTION)}


def test_a_last_snapshot_stays_and_is_told_with_its_price(here: Here, account: PlainAccount) -> None:
    gone = here.provision("teardown", "--yes").well()
    (snapshot,) = account.ask("rds").describe_db_snapshots(SnapshotType="manual")["DBSnapshots"]
    assert snapshot["DBSnapshotIdentifier"].startswith("lambda-rds-final-")
    assert snapshot["DBSnapshotIdentifier"] in gone.out
    assert "Nothing is left" not in gone.out
    assert [what for what in account.tags() if not what.startswith("snapshot ")] == []
