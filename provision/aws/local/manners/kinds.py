"""Kinds of things that AWS does not know everywhere at once, and how its calls name them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Kind:
    """`made` and `gone` are the actions that make and delete one; `listing` the one that lists them under `listed`,
    each with its id as `id_member`. `named` are the parameters that name one; `code` and `message` say that it is
    not there."""

    service: str
    made: tuple[str, ...]
    made_under: str
    """Where the answer has what was made; empty: the answer itself is it."""
    id_member: str
    listing: str
    listed: str
    named: frozenset[str]
    code: str
    message: str
    status: int = 400
    gone: tuple[str, ...] = ()
    """Empty where AWS shows the deletion itself, as a state."""
    asked_by: str = ""
    """The listing's parameter for one id, or for a list of them; empty: there is none."""

    def ids_made(self, params: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[str]:
        """The ids of what a call of `made` has made, out of its parameters and answer."""
        under = result.get(self.made_under) if self.made_under else result
        for one in under if isinstance(under, list) else [under or {}]:
            # AWS: CreateFlowLogs answers with a list of bare ids.
            several = one.get(f"{self.id_member}s") if isinstance(one, Mapping) else None
            for made in several or [one.get(self.id_member) or params.get(self.id_member)]:
                if made:
                    yield str(made)

    def ids_named(self, params: Mapping[str, Any]) -> Iterator[str]:
        """The ids that a call's parameters name, at whatever depth."""
        for name, value in params.items():
            if name in self.named:
                yield from ([value] if isinstance(value, str) else [one for one in value if isinstance(one, str)])
            elif isinstance(value, Mapping):
                yield from self.ids_named(value)
            elif isinstance(value, list):
                for one in value:
                    if isinstance(one, Mapping):
                        yield from self.ids_named(one)


def _ec2(noun: str, code: str, words: str, *also: str, **other: Any) -> Kind:
    ids = f"{noun}Ids"
    given = {
        "made": (f"Create{noun}",),
        "made_under": noun,
        "id_member": f"{noun}Id",
        "listing": f"Describe{noun}s",
        "listed": f"{noun}s",
        "named": frozenset({f"{noun}Id", ids, *also}),
        "asked_by": ids,
        "gone": (f"Delete{noun}",),
        **other,
    }
    return Kind(service="ec2", code=code, message=words, **given)


def _rds(noun: str, id_member: str, code: str, words: str, *also: str, gone: bool) -> Kind:
    return Kind(
        service="rds",
        made=(f"Create{noun}",),
        made_under=noun,
        id_member=id_member,
        listing="DescribeDBProxies" if noun == "DBProxy" else f"Describe{noun}s",
        listed="DBProxies" if noun == "DBProxy" else f"{noun}s",
        named=frozenset({id_member, *also}),
        asked_by=id_member,
        gone=(f"Delete{noun}",) if gone else (),
        code=code,
        message=words,
        status=404,
    )


KINDS: tuple[Kind, ...] = (
    _ec2("Vpc", "InvalidVpcID.NotFound", "The vpc ID '{}' does not exist"),
    _ec2("Subnet", "InvalidSubnetID.NotFound", "The subnet ID '{}' does not exist"),
    _ec2(
        "InternetGateway",
        "InvalidInternetGatewayID.NotFound",
        "The internetGateway ID '{}' does not exist",
        "GatewayId",
    ),
    _ec2("RouteTable", "InvalidRouteTableID.NotFound", "The routeTable ID '{}' does not exist"),
    _ec2("NatGateway", "NatGatewayNotFound", "The Nat Gateway {} was not found", gone=()),
    _ec2("VpcEndpoint", "InvalidVpcEndpointId.NotFound", "The Vpc Endpoint Id '{}' does not exist", gone=()),
    _ec2(
        "FlowLog",
        "InvalidFlowLogId.NotFound",
        "The flow log id '{}' does not exist",
        made=("CreateFlowLogs",),
        made_under="",
        gone=("DeleteFlowLogs",),
    ),
    _ec2(
        "SecurityGroup",
        "InvalidGroup.NotFound",
        "The security group '{}' does not exist",
        made_under="",
        id_member="GroupId",
        named=frozenset({"GroupId", "GroupIds", "SecurityGroupIds"}),
        asked_by="GroupIds",
    ),
    _ec2(
        "SecurityGroupRule",
        "InvalidSecurityGroupRuleId.NotFound",
        "The security group rule ID '{}' does not exist",
        made=("AuthorizeSecurityGroupIngress", "AuthorizeSecurityGroupEgress"),
        made_under="SecurityGroupRules",
        gone=("RevokeSecurityGroupIngress", "RevokeSecurityGroupEgress"),
    ),
    _ec2(
        "Address",
        "InvalidAllocationID.NotFound",
        "The allocation ID '{}' does not exist",
        made=("AllocateAddress",),
        made_under="",
        id_member="AllocationId",
        listing="DescribeAddresses",
        listed="Addresses",
        named=frozenset({"AllocationId", "AllocationIds"}),
        asked_by="AllocationIds",
        gone=("ReleaseAddress",),
    ),
    _rds(
        "DBInstance",
        "DBInstanceIdentifier",
        "DBInstanceNotFound",
        "DBInstance {} not found.",
        "DBInstanceIdentifiers",
        gone=False,
    ),
    _rds("DBProxy", "DBProxyName", "DBProxyNotFoundFault", "DBProxy {} not found.", gone=False),
    _rds(
        "DBSubnetGroup",
        "DBSubnetGroupName",
        "DBSubnetGroupNotFoundFault",
        "DB subnet group '{}' does not exist.",
        gone=True,
    ),
    _rds(
        "DBParameterGroup",
        "DBParameterGroupName",
        "DBParameterGroupNotFound",
        "DBParameterGroup not found: {}",
        gone=True,
    ),
    Kind(
        service="iam",
        made=("CreateRole",),
        made_under="Role",
        id_member="RoleName",
        listing="ListRoles",
        listed="Roles",
        named=frozenset({"RoleName"}),
        gone=("DeleteRole",),
        code="NoSuchEntity",
        message="The role with name {} cannot be found.",
        status=404,
    ),
    Kind(
        service="lambda",
        made=("CreateFunction",),
        made_under="",
        id_member="FunctionName",
        listing="ListFunctions",
        listed="Functions",
        named=frozenset({"FunctionName"}),
        gone=("DeleteFunction",),
        code="ResourceNotFoundException",
        message="Function not found: {}",
        status=404,
    ),
    Kind(
        service="secretsmanager",
        made=("CreateSecret",),
        made_under="",
        id_member="Name",
        listing="ListSecrets",
        listed="SecretList",
        named=frozenset({"SecretId"}),
        code="ResourceNotFoundException",
        message="Secrets Manager can't find the specified secret.",
    ),
    Kind(
        service="logs",
        made=("CreateLogGroup",),
        made_under="",
        id_member="logGroupName",
        listing="DescribeLogGroups",
        listed="logGroups",
        named=frozenset({"logGroupName"}),
        gone=("DeleteLogGroup",),
        code="ResourceNotFoundException",
        message="The specified log group does not exist.",
    ),
)
