"""In AWS's other partitions ARNs begin otherwise, and what is healthy is healthy there too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from provision.doctor.diagnosis import diagnose
from provision.doctor.picture import Document, Picture
from tests.doctor.pictures import HEALTHY, ROLE

NOTHING: Document = {"Statement": {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "*"}}
PARTITIONS = pytest.mark.parametrize(
    ("partition", "region"), [("aws", "eu-west-1"), ("aws-cn", "cn-north-1"), ("aws-us-gov", "us-gov-west-1")]
)


def there(partition: str, region: str, logs: Document) -> Picture:
    """A stack of that partition whose function's role has the rights that one names ARNs for, and `logs`."""
    assert HEALTHY.function
    role = replace(ROLE, arn=f"arn:{partition}:iam::123456789012:role/f", policies={"logs": logs})
    function = replace(HEALTHY.function, role=role.arn)
    return replace(HEALTHY, region=region, function=function, roles={role.arn: role}, secret=None, secret_arn="")


@PARTITIONS
def test_a_role_that_may_write_its_log_there_is_healthy(partition: str, region: str) -> None:
    groups = f"arn:{partition}:logs:{region}:123456789012:log-group:/aws/lambda/f:*"
    allow = [
        {"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": groups},
        {"Effect": "Allow", "Action": "ec2:*NetworkInterface*", "Resource": "*"},
    ]
    assert diagnose(there(partition, region, {"Statement": allow})).findings == ()


@PARTITIONS
def test_what_mends_a_role_is_that_partitions_own_policy(partition: str, region: str) -> None:
    found = {one.id: one.command for one in diagnose(there(partition, region, NOTHING)).findings}
    managed = f"--policy-arn arn:{partition}:iam::aws:policy/service-role/"
    assert managed + "AWSLambdaVPCAccessExecutionRole" in found["role.interfaces"]
    assert managed + "AWSLambdaBasicExecutionRole" in found["role.logs"]
