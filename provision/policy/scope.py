"""What an action may be done to: resources as IAM names them, and the conditions that narrow it further.

Which resource types and condition keys an action knows is told by AWS's Service Authorization Reference, service by
service; where it knows none, only the Region narrows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

STACK = "provision:stack"

Conditions = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Whose stack, and where."""

    partition: str
    account: str
    region: str
    stack: str

    def fill(self, text: str) -> str:
        for name, value in vars(self).items():
            text = text.replace(f"{{{name}}}", value)
        return text


@dataclass(frozen=True)
class Scope:
    """`resources` and the values of `conditions` hold the place's fields in braces."""

    resources: tuple[str, ...]
    conditions: Conditions = field(default_factory=dict)

    def __hash__(self) -> int:
        return hash((self.resources, repr(self.conditions)))


REGION: Conditions = {"StringEquals": {"aws:RequestedRegion": "{region}"}}
EVERYTHING = Scope(("*",), REGION)
"""Listings, and what has no resource that a policy could name."""
ANYWHERE = Scope(("*",))
"""The same of IAM, which is in no Region."""


def new(*kinds: str) -> Scope:
    """Of EC2: only with the stack's tag in the request that makes it. Each action makes one of the kinds."""
    return Scope(_ec2(kinds), {"StringEquals": {f"aws:RequestTag/{STACK}": "{stack}"}})


OURS = Scope(("arn:{partition}:ec2:{region}:{account}:*/*",), {"StringEquals": {f"aws:ResourceTag/{STACK}": "{stack}"}})
"""Of EC2: only what carries the stack's tag. The action itself says of what kind that is."""


def any_of(*kinds: str) -> Scope:
    """Of EC2: what AWS's services made for us, which has no tag of ours."""
    return Scope(_ec2(kinds))


def untagged(*kinds: str) -> Scope:
    """Of EC2: what AWS made along with our VPC; it may be given the stack's tag and has none yet."""
    tagging = {"StringEquals": {f"aws:RequestTag/{STACK}": "{stack}"}, "Null": {f"aws:ResourceTag/{STACK}": "true"}}
    return Scope(_ec2(kinds), tagging)


def tagged_at_birth(*creates: str) -> Scope:
    """Of EC2: tags in the request of one of these actions, which needs a permission of its own."""
    tests = {"ec2:CreateAction": list(creates), f"aws:RequestTag/{STACK}": "{stack}"}
    return Scope(("arn:{partition}:ec2:{region}:{account}:*/*",), {"StringEquals": tests})


def _ec2(kinds: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"arn:{{partition}}:ec2:{{region}}:{{account}}:{kind}/*" for kind in kinds)


def rds(*resources: str, tag: str = "") -> Scope:
    """Of RDS: by name. `tag` is where the stack's tag has to be, for what only has an id of AWS's."""
    named = tuple(f"arn:{{partition}}:rds:{{region}}:{{account}}:{resource}" for resource in resources)
    return Scope(named, {"StringEquals": {f"aws:{tag}/{STACK}": "{stack}"}} if tag else {})


def log_groups(*names: str) -> Scope:
    """AWS: some of these actions name the group, some its streams; a name that ends in * stands for both."""
    groups = [f"arn:{{partition}}:logs:{{region}}:{{account}}:log-group:{name}" for name in names]
    return Scope(tuple(one for group in groups for one in ((group,) if group.endswith("*") else (group, f"{group}:*"))))


NEW_NETWORK = new(
    "vpc", "subnet", "route-table", "internet-gateway", "elastic-ip", "natgateway", "vpc-endpoint", "vpc-flow-log"
)
"""Together, because what AWS takes as a role's own policy is 10,240 characters."""
ROLES = Scope(("arn:{partition}:iam::{account}:role/{stack}-{region}-*",))
MANAGED = Scope(("arn:{partition}:iam::*:policy/*",))
"""Policies that somebody attached to a role of ours, AWS's own among them."""
SECRET = Scope(("arn:{partition}:secretsmanager:{region}:{account}:secret:{stack}/database-??????",))
PROXY_ROLE = Scope(("arn:{partition}:iam::{account}:role/{stack}-{region}-proxy",))
FUNCTIONS_LIKE_OURS = Scope(("arn:{partition}:lambda:{region}:{account}:function:{stack}*",))
FUNCTION = Scope(("arn:{partition}:lambda:{region}:{account}:function:{stack}-function",))
ROTATION = Scope(("arn:{partition}:lambda:{region}:{account}:function:{stack}-rotation",))
BOTH_FUNCTIONS = Scope((*FUNCTION.resources, *ROTATION.resources))
GROUPS = log_groups(
    "/aws/lambda/{stack}-function",
    "/aws/lambda/{stack}-rotation",
    "/aws/rds/instance/{stack}-database/*",
    "/aws/vpc/{stack}-flow-logs",
)
GROUPS_LIKE_OURS = log_groups("/aws/lambda/{stack}-*", "/aws/rds/instance/{stack}-*", "/aws/vpc/{stack}-*")
DATABASE = rds("db:{stack}-database")
SUBNETS = rds("subgrp:{stack}-database")
PARAMETERS = rds("pg:{stack}-database-postgres*")
NEW_PROXY = Scope(("*",), {"StringEquals": {f"aws:RequestTag/{STACK}": "{stack}", **REGION["StringEquals"]}})
"""AWS: CreateDBProxy knows no resource that a policy could name, only the tags in its request."""
PROXY = rds("db-proxy:*", tag="ResourceTag")
NEW_PROXY_OR_OURS = Scope(
    rds("db-proxy:*").resources, {"StringEqualsIfExists": {f"aws:ResourceTag/{STACK}": "{stack}"}}
)
"""For tags, which AWS asks about along with CreateDBProxy, when there are none yet."""
TARGETS = rds("target-group:*", "db:{stack}-database")
"""AWS: a target group has an id of AWS's own and no tags."""
ANY_TARGETS = rds("target-group:*", "db:*", "cluster:*")
"""AWS: DeregisterDBProxyTargets requires a cluster's type as well, whatever the target is."""
INSTANCE = rds(
    "db:{stack}-database", "subgrp:{stack}-database", "pg:{stack}-database-postgres*", "og:default:postgres-*"
)
"""AWS: a DB instance is made in groups, each of which the caller has to be allowed; the option group is AWS's own."""
TAGGED = rds("db:{stack}-database", "subgrp:{stack}-database", "pg:{stack}-database-postgres*")
SNAPSHOT = rds("snapshot:*")
"""The last one, whose name is the caller's."""
QUOTA = Scope(("arn:{partition}:servicequotas:{region}:{account}:vpc/L-F678F1CE",))


def passed(service: str, *roles: str) -> Scope:
    """These roles, and only to the one service that is to take them."""
    named = tuple(f"arn:{{partition}}:iam::{{account}}:role/{{stack}}-{{region}}-{role}" for role in roles)
    return Scope(named, {"StringEquals": {"iam:PassedToService": service}})


LINKED_ROLE = Scope(
    ("arn:{partition}:iam::*:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS",),
    {"StringEquals": {"iam:AWSServiceName": "rds.amazonaws.com"}},
)
