"""What keeps a network part from being deleted: told once AWS has refused, and whether time cures it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from provision.aws import tags
from provision.aws.refusals import code_of
from provision.engine.resource import NotYet, Resource
from provision.errors import Failed

if TYPE_CHECKING:
    from mypy_boto3_ec2.type_defs import NetworkInterfaceTypeDef

    from provision.engine.run import Run

IN_USE = {"DependencyViolation", "InvalidGroup.InUse"}


@contextmanager
def explained(run: Run, step: Resource[Any], filter_name: str, value: str) -> Iterator[None]:
    """Around a delete. When AWS refuses it as in use, raises `Failed`, naming them, for things of somebody else, and
    `NotYet` for what a service of AWS has still to release.

    `filter_name` and `value` are a filter of DescribeNetworkInterfaces.
    """
    from botocore.exceptions import ClientError

    try:
        yield
    except ClientError as error:
        if code_of(error) not in IN_USE:
            raise
        interfaces = run.look(("interfaces", filter_name, value), lambda: _interfaces(run, filter_name, value))
        others = [_words(one) for one in interfaces if not _let_go_by_aws(run, one)]
        if filter_name == "vpc-id":
            others += _guests(run, value)
        if others:
            raise Failed(
                what=f"The {step.label} stays: something that is not this stack's is in it.",
                why=f"{'; '.join(others)}.",
                hint="Remove it, then run the same command again; everything else is removed meanwhile.",
            ) from error
        waiting = f": {_words(interfaces[0])}" if interfaces else ""
        raise NotYet(f"AWS still holds it{waiting}") from error


def _interfaces(run: Run, filter_name: str, value: str) -> list[NetworkInterfaceTypeDef]:
    pages = run.aws.ec2.get_paginator("describe_network_interfaces").paginate(
        Filters=[{"Name": filter_name, "Values": [value]}]
    )
    return [one for page in pages for one in page["NetworkInterfaces"]]


def _let_go_by_aws(run: Run, interface: NetworkInterfaceTypeDef) -> bool:
    """Whether Lambda, RDS, the proxy, the NAT gateway or the endpoint of this stack will let go of it by itself."""
    description = interface.get("Description", "")
    if description.startswith(f"AWS Lambda VPC ENI-{run.stack.name}-"):
        return True
    if not interface.get("RequesterManaged"):
        return False
    groups = [group["GroupName"] for group in interface.get("Groups", [])]
    # A NAT gateway's has no group; the services' others have those that we gave them.
    return all(group.startswith(f"{run.stack.name}-") for group in groups) and "guardduty" not in description.lower()


def _guests(run: Run, vpc: str) -> list[str]:
    """Groups, endpoints and subnets in our VPC that do not carry the stack's tags, such as GuardDuty's."""
    inside: Any = [{"Name": "vpc-id", "Values": [vpc]}]
    found: list[str] = []
    for kind, listed, id_field in (
        ("security group", run.aws.ec2.describe_security_groups(Filters=inside)["SecurityGroups"], "GroupId"),
        ("VPC endpoint", run.aws.ec2.describe_vpc_endpoints(Filters=inside)["VpcEndpoints"], "VpcEndpointId"),
        ("subnet", run.aws.ec2.describe_subnets(Filters=inside)["Subnets"], "SubnetId"),
    ):
        for one in listed:
            described: Any = one
            ours = tags.read(described.get("Tags")).get(tags.STACK) == run.stack.name
            gone = str(described.get("State", "")).lower() == "deleted"
            if not ours and not gone and described.get("GroupName") != "default":
                name = described.get("GroupName") or described.get("ServiceName") or described.get("CidrBlock", "")
                found.append(f"{kind} {described[id_field]} ({name})")
    return found


def _words(interface: NetworkInterfaceTypeDef) -> str:
    about = interface.get("Description") or interface.get("Attachment", {}).get("InstanceId") or "no description"
    return f"network interface {interface['NetworkInterfaceId']} ({about}, {interface.get('Status', 'unknown')})"
