"""What the account or its Region cannot give is refused before anything is made."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.cli.refused import refused
from tests.command import Here
from tests.fresh import Provision, settings
from tests.served import Served

HELD, SOON = 120.0, 60.0
"""Seconds; an answer of AWS is waited for longer."""


@pytest.mark.parametrize("region", ["il-central-1", "cn-north-1"])
def test_a_region_whose_certificates_the_function_cannot_verify(
    cloud: Served, provision: Provision, region: str
) -> None:
    """Told before anything is made: all of it would come up, and then not be reached."""
    refused(provision("--region", region, "up"), 2, region, "root certificates")
    assert cloud.census() == []


def test_a_refusal_does_not_wait_for_what_is_still_asked(cloud: Served, tmp_path: Path) -> None:
    held = {"do": "hold", "service": "rds", "action": "DescribeOrderableDBInstanceOptions", "seconds": HELD}
    cloud.manners.set({"quotas": {"vpcs": 1}, "faults": [held]})
    began = time.monotonic()
    refused(Here(tmp_path).provision("up"), 3, "VPCs per Region")
    assert time.monotonic() - began < SOON


def test_storage_that_does_not_fit(cloud: Served, provision: Provision, monkeypatch: pytest.MonkeyPatch) -> None:
    """AWS: 100,000 GiB of all DB instances of a Region."""
    cloud.aws.account.backend("rds", "eu-west-1").create_db_instance(
        {
            "db_instance_identifier": "another",
            "db_instance_class": "db.m5.large",
            "engine": "postgres",
            "allocated_storage": 60_000,
        }
    )
    monkeypatch.setenv("PROVISION_DATABASE_STORAGE_GIB", "60000")
    monkeypatch.setenv("PROVISION_DATABASE_MAX_STORAGE_GIB", "60000")
    refused(provision("up"), 3, "no room for 60000 more: GiB of RDS storage", "60000 of 100000 are used")
    assert [one for one in cloud.census() if one["kind"] != "database"] == []


def test_addresses_are_counted_for_the_gateways_that_are_still_to_be_made(cloud: Served, provision: Provision) -> None:
    """AWS: five in a Region. A second gateway may come later, and the first one may have to be made again."""
    ec2 = cloud.client("ec2")
    theirs = [ec2.allocate_address(Domain="vpc")["AllocationId"] for _ in range(4)]
    provision("up").well()
    before = cloud.census()
    settings("[network]\nnat_gateways = 2\n[function]\nmemory_mb = 512\n")
    refused(provision("up"), 3, "no room for 1 more: Elastic IP addresses per Region", "5 of 5 are used")
    assert cloud.census() == before
    ec2.release_address(AllocationId=theirs.pop())
    provision("up").well()
    first = [{"Name": "tag:provision:key", "Values": ["nat.a", "address.nat-a"]}]
    ec2.delete_nat_gateway(NatGatewayId=ec2.describe_nat_gateways(Filters=first)["NatGateways"][0]["NatGatewayId"])
    ec2.release_address(AllocationId=ec2.describe_addresses(Filters=first)["Addresses"][0]["AllocationId"])
    provision("up").well()
    assert len(ec2.describe_addresses()["Addresses"]) == 5


def test_a_stopped_database_gets_no_proxy(cloud: Served, provision: Provision) -> None:
    """RDS would not take it as a target, and the proxy would be billed while that is waited for."""
    provision("up").well()
    (database,) = cloud.aws.account.backend("rds", "eu-west-1").databases.values()
    database.status = "stopped"
    before = cloud.census()
    refused(provision("enable-proxy"), 2, "The database is stopped.", "Run `up` first")
    assert cloud.census() == before
    provision("up", "--proxy").well()
    (database,) = cloud.aws.account.backend("rds", "eu-west-1").databases.values()
    database.status = "stopped"
    refused(provision("disable-proxy"), 2, "The database is stopped.")


def test_a_secret_that_is_scheduled_for_deletion_gets_no_proxy(cloud: Served, provision: Provision) -> None:
    """The proxy could not log in, and would be billed while that is waited for; `up` takes the deletion back."""
    provision("up").well()
    cloud.client("secretsmanager").delete_secret(SecretId="lambda-rds/database", RecoveryWindowInDays=7)
    before = cloud.census()
    refused(provision("enable-proxy"), 2, "The secret is scheduled for deletion.", "Run `up` first")
    assert cloud.census() == before
    provision("up").well()
    provision("enable-proxy").well()


def test_up_goes_on_without_a_proxy_that_the_account_may_not_have(cloud: Served, provision: Provision) -> None:
    """AWS refuses the proxy before there is a function, and `up` remembers that there is to be one."""
    late = {"do": "refuse", "service": "lambda", "action": "CreateFunction", "times": None}
    late |= {"code": "InvalidParameterValueException", "message": "The role cannot be assumed by Lambda."}
    cloud.manners.set({"quotas": {"db-proxies": 0}, "faults": [late]})
    refused(provision("up", "--proxy"), 3, "RDS proxies per Region")
    cloud.manners.set({"faults": []})
    refused(provision("disable-proxy"), 2, "has no function", "Run `up` first, then the same command again.")
    provision("up").well()
    keys = {one["tags"].get("provision:key") for one in cloud.census()}
    assert {"proxy", "role.proxy", "group.proxy"} & keys == set()
