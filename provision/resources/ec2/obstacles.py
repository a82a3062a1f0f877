"""What keeps a network part from being deleted, and whether time cures it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from provision.aws import tags
from provision.engine.resource import NotYet, Resource
from provision.errors import Failed

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import NetworkInterfaceTypeDef

    from provision.engine.run import Run


def in_the_way(run: Run, step: Resource[Any], filter_name: str, value: str) -> None:
    """Raise before a delete that AWS would refuse: `Failed`, naming them, for network interfaces of somebody else;
    `NotYet` for those that a service of AWS is still releasing.

    `filter_name` and `value` are a filter of DescribeNetworkInterfaces.
    """
    interfaces = run.look((filter_name, value), lambda: _interfaces(run, filter_name, value))
    others = [one for one in interfaces if not _released_by_aws(run, one)]
    if others:
        raise Failed(
            what=f"The {step.label} stays: something that is not this stack's is in it.",
            why="; ".join(_words(one) for one in others),
            hint="Remove it, then run the same command again; everything else is removed meanwhile.",
        )
    if interfaces:
        raise NotYet(f"waiting for AWS to release {_words(interfaces[0])}")


def _interfaces(run: Run, filter_name: str, value: str) -> list[NetworkInterfaceTypeDef]:
    pages = run.aws.ec2.get_paginator("describe_network_interfaces").paginate(
        Filters=[{"Name": filter_name, "Values": [value]}]
    )
    return [one for page in pages for one in page["NetworkInterfaces"]]


def _released_by_aws(run: Run, interface: NetworkInterfaceTypeDef) -> bool:
    """Interfaces that Lambda, RDS, the proxy, the NAT gateway or the endpoint of this stack leave behind for a while."""
    raise NotImplementedError
