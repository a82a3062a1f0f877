"""Secrets of which somebody keeps replicas in other Regions."""

from __future__ import annotations

import boto3

from tests.manners.conftest import LifelikeAccount
from tests.manners.stack import code_of


def test_a_replica_is_read_and_keeps_its_source(account: LifelikeAccount) -> None:
    client = account.client("secretsmanager")
    arn = client.create_secret(Name="one", SecretString="hello")["ARN"]
    client.replicate_secret_to_regions(SecretId=arn, AddReplicaRegions=[{"Region": "us-west-2"}])
    keys = {"aws_access_key_id": "any", "aws_secret_access_key": "any"}
    there = boto3.client("secretsmanager", region_name="us-west-2", endpoint_url=client.meta.endpoint_url, **keys)  # type: ignore[call-overload]  # all text
    assert there.get_secret_value(SecretId="one")["SecretString"] == "hello"
    assert code_of(client.delete_secret, SecretId=arn, ForceDeleteWithoutRecovery=True) == "InvalidParameterException"
