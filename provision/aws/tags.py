"""Whose a resource is: the stack's tags, written in the request that creates it and asked for whenever it is found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from provision.engine.resource import Change, Resource

if TYPE_CHECKING:
    from provision.engine.run import Run, Stack

STACK = "provision:stack"
KEY = "provision:key"


def wanted(run: Run, resource: Resource[Any]) -> dict[str, str]:
    """Every tag this resource carries. `Name` is what the AWS console shows."""
    name = f"{run.stack.name} {resource.key}"
    return {**run.stack.tags, "Name": name, STACK: run.stack.name, KEY: resource.key}


def pairs(tags: Mapping[str, str]) -> list[Any]:
    """As EC2, RDS, IAM and Secrets Manager want them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def read(tags: Iterable[Mapping[str, Any]] | None) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags or ()}


def specification(run: Run, resource: Resource[Any], kind: str) -> list[Any]:
    """EC2's TagSpecifications for a create; `kind` is EC2's resource type, such as `natgateway`."""
    return [{"ResourceType": kind, "Tags": pairs(wanted(run, resource))}]


def of_stack(stack: Stack) -> dict[str, list[str]]:
    """EC2's filter for everything of this stack."""
    return {f"tag:{STACK}": [stack.name]}


def owned(run: Run, resource: Resource[Any], tags: Mapping[str, str]) -> bool:
    return tags.get(STACK) == run.stack.name and tags.get(KEY) == resource.key


def lacking(run: Run, resource: Resource[Any], tags: Mapping[str, str]) -> dict[str, str]:
    """The tags that are not as wanted; others, added by hand, are left alone."""
    return {key: value for key, value in wanted(run, resource).items() if tags.get(key) != value}


def mine(run: Run, resource: Resource[Any], listed: Sequence[Any]) -> list[Any]:
    """Of EC2 descriptions, those with this resource's tags."""
    return [one for one in listed if owned(run, resource, read(one.get("Tags")))]


def drift(run: Run, resource: Resource[Any], tags: Iterable[Mapping[str, Any]] | None) -> list[Change]:
    """The wanted tags that are missing or differ, as changes whose field is `tag <key>`. `tags` as AWS lists them."""
    have = read(tags)
    return [Change(f"tag {key}", have.get(key, "absent"), value) for key, value in lacking(run, resource, have).items()]


def changed(changes: Iterable[Change]) -> dict[str, str]:
    """Of `changes`, the tags to write."""
    return {change.field.removeprefix("tag "): change.want for change in changes if change.field.startswith("tag ")}


def mend_ec2(run: Run, resource_id: str, changes: Iterable[Change]) -> None:
    """Write the tags that `drift` found lacking to an EC2 resource."""
    if lacks := changed(changes):
        run.send.ec2.create_tags(Resources=[resource_id], Tags=pairs(lacks))
