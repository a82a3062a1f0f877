"""What a call asks of IAM: every action that it needs, on which resource, with what is known of both.

AWS (Service Authorization Reference): one call may need several actions, and one action several resources, each of
which has to be allowed. Whatever is not listed here is asked for on all resources.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from provision.aws.local import lookup
from provision.aws.local.permissions import Request
from provision.aws.local.wire import CALLER, Call

NAMED = {"lambda:Invoke": "lambda:InvokeFunction"}
"""AWS: the action's name in policies is not always the API's."""
KINDS = {
    "vpc": "vpc",
    "subnet": "subnet",
    "sg": "security-group",
    "sgr": "security-group-rule",
    "rtb": "route-table",
    "igw": "internet-gateway",
    "nat": "natgateway",
    "eipalloc": "elastic-ip",
    "vpce": "vpc-endpoint",
    "eni": "network-interface",
    "acl": "network-acl",
    "fl": "vpc-flow-log",
}
"""EC2's resource types by the beginnings of their ids."""
_ID = re.compile(rf"({'|'.join(KINDS)})-[0-9a-f]+")
MADE = {
    "CreateVpc": ("vpc", ()),
    "CreateSubnet": ("subnet", ("vpc",)),
    "CreateRouteTable": ("route-table", ("vpc",)),
    "CreateInternetGateway": ("internet-gateway", ()),
    "AllocateAddress": ("elastic-ip", ()),
    "CreateNatGateway": ("natgateway", ("subnet", "elastic-ip")),
    "CreateVpcEndpoint": ("vpc-endpoint", ("vpc", "subnet", "security-group")),
    "CreateFlowLogs": ("vpc-flow-log", ("vpc",)),
    "CreateSecurityGroup": ("security-group", ("vpc",)),
    "AuthorizeSecurityGroupIngress": ("security-group-rule", ()),
    "AuthorizeSecurityGroupEgress": ("security-group-rule", ()),
}
"""What EC2 makes, and of what else it asks for a permission then."""
GROUP_RULES = ("AuthorizeSecurityGroup", "RevokeSecurityGroup", "UpdateSecurityGroupRuleDescriptions")
"""AWS: of these only the group itself counts, not those that its rules name."""
PASSING = {
    ("lambda", "Role"): "lambda.amazonaws.com",
    ("rds", "RoleArn"): "rds.amazonaws.com",
    ("rds", "MonitoringRoleArn"): "monitoring.rds.amazonaws.com",
    ("ec2", "DeliverLogsPermissionArn"): "vpc-flow-logs.amazonaws.com",
}
"""A role given to a service, by the service called and the parameter."""


BY_NAME = {"DBInstanceIdentifier": "db", "DBSubnetGroupName": "subgrp", "DBParameterGroupName": "pg"}
"""RDS's resources that are known by their names."""


def requests(call: Call) -> list[Request]:
    """All of them; none for what every identity may ask."""
    if call.service == "sts":
        return []
    return [*_own(call), *_tagging(call), *_passing(call), *_besides(call)]


def silent(call: Call) -> list[Request]:
    """What AWS does not refuse a call for, but leaves something out of its answer: a function's tags."""
    if call.name != "lambda:GetFunction":
        return []
    return [_request(call, "lambda:ListTags", arn) for arn in _of_others(call)]


def own_action(call: Call) -> str:
    """What policies name the call by."""
    prefix = "servicequotas" if call.service == "service-quotas" else call.service
    return NAMED.get(call.name, f"{prefix}:{call.action}")


def _arn(call: Call, service: str, resource: str) -> str:
    region = "" if service == "iam" else call.region
    return f"arn:aws:{service}:{region}:{DEFAULT_ACCOUNT_ID}:{resource}"


def _request(call: Call, action: str, resource: str, **context: Any) -> Request:
    given = {"aws:RequestedRegion": call.region, **{f"aws:RequestTag/{k}": v for k, v in _tags(call.params).items()}}
    return Request(action=action, resource=resource, principal=CALLER, context={**given, **context})


def _own(call: Call) -> Iterator[Request]:
    action = own_action(call)
    for resource, tags in _resources(call):
        context = {f"aws:ResourceTag/{key}": value for key, value in tags.items()}
        yield _request(call, action, resource, **context, **_bounded(call))


def _bounded(call: Call) -> dict[str, str]:
    """AWS: iam:PermissionsBoundary is the one that the call sets, else the role's own."""
    if call.service != "iam":
        return {}
    role = next((one for one in call.backend.roles.values() if one.name == call.params.get("RoleName")), None)
    boundary = call.params.get("PermissionsBoundary") or (role and role.permissions_boundary_arn)
    return {"iam:PermissionsBoundary": boundary} if boundary else {}


def _tagging(call: Call) -> Iterator[Request]:
    """AWS: tags in the request that makes something are a permission of their own."""
    actions = {"iam": "TagRole", "secretsmanager": "TagResource", "lambda": "TagResource", "logs": "TagResource"}
    if not _tags(call.params) or not call.action.startswith(("Create", "Allocate", "Authorize")):
        return
    if call.service == "ec2" and call.action != "CreateTags":
        resource = _arn(call, "ec2", f"{MADE[call.action][0]}/*")
        yield _request(call, "ec2:CreateTags", resource, **{"ec2:CreateAction": call.action})
    elif call.service == "rds":
        # AWS: of what is only being made too, by its own ARN.
        new = _arn(call, "rds", "db-proxy:prx-new") if call.action == "CreateDBProxy" else next(_resources(call))[0]
        yield _request(call, "rds:AddTagsToResource", new)
    elif call.service in actions:
        yield _request(call, f"{call.service}:{actions[call.service]}", next(_resources(call))[0])


def _passing(call: Call) -> Iterator[Request]:
    for (service, parameter), taker in PASSING.items():
        role = call.params.get(parameter) if service == call.service else None
        if role:
            yield _request(call, "iam:PassRole", role, **{"iam:PassedToService": taker})


def _besides(call: Call) -> Iterator[Request]:
    if call.name in ("rds:CreateDBInstance", "rds:CreateDBProxy"):
        linked = "arn:aws:iam::*:role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"
        yield _request(call, "iam:CreateServiceLinkedRole", linked, **{"iam:AWSServiceName": "rds.amazonaws.com"})
    if call.name == "rds:DeleteDBInstance" and (last := call.params.get("FinalDBSnapshotIdentifier")):
        snapshot = _arn(call, "rds", f"snapshot:{last}")
        for about in (_arn(call, "rds", f"db:{call.params['DBInstanceIdentifier']}"), snapshot):
            yield _request(call, "rds:CreateDBSnapshot", about)
        yield _request(call, "rds:AddTagsToResource", snapshot)
    if call.name in ("ec2:CreateVpcEndpoint", "ec2:ModifyVpcEndpoint") and call.params.get("PrivateDnsEnabled"):
        yield _request(call, "route53:AssociateVPCWithHostedZone", "*")
    if call.name == "secretsmanager:RotateSecret":
        # AWS (RotateSecret): the caller has to be allowed to invoke the rotation function, too.
        secret = lookup.secret(call.backend, call.params["SecretId"])
        function = call.params.get("RotationLambdaARN") or getattr(secret, "rotation_lambda_arn", "")
        yield _request(call, "lambda:InvokeFunction", function or "*")
    if call.name in ("lambda:CreateFunction", "lambda:UpdateFunctionConfiguration") and call.params.get("VpcConfig"):
        # AWS: Lambda looks at the network in the caller's name.
        for looked_at in ("DescribeSecurityGroups", "DescribeSubnets", "DescribeVpcs"):
            yield _request(call, f"ec2:{looked_at}", "*")


def _resources(call: Call) -> Iterator[tuple[str, Mapping[str, str]]]:
    """(ARN, its tags) of what the action is about."""
    of = {"ec2": _of_ec2, "rds": _of_rds}.get(call.service)
    named = list(of(call) if of else ((arn, {}) for arn in _of_others(call)))
    # Something that is not there is not a matter of permissions; a listing is about everything.
    yield from named or [("*", {})]


def _of_ec2(call: Call) -> Iterator[tuple[str, Mapping[str, str]]]:
    if call.action.startswith("Describe"):
        return
    made, wanted = MADE.get(call.action, ("", tuple(KINDS.values())))
    if made:
        yield _arn(call, "ec2", f"{made}/*"), {}
    ids = list(_ids(call.params))
    if call.action.startswith(GROUP_RULES):
        ids, wanted = [call.params.get("GroupId", "")], ("security-group",)
    elif call.action in ("CreateRoute", "ReplaceRoute", "DeleteRoute"):
        ids = [call.params["RouteTableId"]]
    elif call.action == "DisassociateRouteTable":
        tables = call.backend.route_tables.values()
        ids = [one.id for one in tables if call.params["AssociationId"] in one.all_associations_ids]
    for one in ids:
        kind = KINDS.get(one.rpartition("-")[0], "")
        if kind in wanted:
            yield _arn(call, "ec2", f"{kind}/{one}"), dict(call.backend.tags.get(one, {}))


def _ids(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if _ID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _ids(one)
    elif isinstance(value, list):
        for one in value:
            yield from _ids(one)


def _of_rds(call: Call) -> Iterator[tuple[str, Mapping[str, str]]]:
    params = call.params
    if call.action.startswith(("Describe", "ListTags")):
        return
    if "ResourceName" in params:
        yield params["ResourceName"], {}
    proxy = params.get("DBProxyName")
    if proxy and call.action != "CreateDBProxy":  # AWS: it names no resource
        known = call.backend.db_proxies.get(proxy)
        tags = {tag["Key"]: tag["Value"] for tag in known.tags} if known else {}
        about = known.arn if known else _arn(call, "rds", "db-proxy:prx-new")
        if "Target" in call.action:
            yield _arn(call, "rds", "target-group:prx-tg-x"), {}
        if "Target" not in call.action or call.action == "DeregisterDBProxyTargets":
            yield about, tags
    for parameter, kind in BY_NAME.items():
        if parameter in params:
            yield _arn(call, "rds", f"{kind}:{params[parameter]}"), {}
    for instance in params.get("DBInstanceIdentifiers") or []:
        yield _arn(call, "rds", f"db:{instance}"), {}
    if call.action == "CreateDBInstance":
        yield _arn(call, "rds", f"og:default:postgres-{str(params.get('EngineVersion', '17')).partition('.')[0]}"), {}


def _of_others(call: Call) -> Iterator[str]:
    params = call.params
    if call.service == "iam" and "RoleName" in params:
        yield _arn(call, "iam", f"role/{params['RoleName']}")
    elif call.service == "iam" and "PolicyArn" in params:
        yield params["PolicyArn"]
    elif call.service == "lambda":
        named = params.get("FunctionName") or params.get("Resource")
        if named:
            yield named if named.startswith("arn:") else _arn(call, "lambda", f"function:{named}")
    elif call.service == "secretsmanager":
        asked = params.get("SecretId") or params.get("Name")
        known = next((one.arn for one in call.backend.secrets.values() if asked in (one.name, one.arn)), "")
        if asked:
            yield known or _arn(call, "secretsmanager", f"secret:{asked}-AbCdEf")
    elif call.service == "logs":
        group = params.get("logGroupName") or str(params.get("resourceArn", "")).partition(":log-group:")[2]
        yield _arn(call, "logs", f"log-group:{group.removesuffix(':*') or '*'}:*" if group else "log-group:*")
    elif call.service == "service-quotas" and "QuotaCode" in params:
        yield _arn(call, "servicequotas", f"{params['ServiceCode']}/{params['QuotaCode']}")


def _tags(params: Mapping[str, Any]) -> dict[str, str]:
    """Those in the request, in whichever way the service takes them."""
    listed = [one for spec in params.get("TagSpecifications") or [] for one in spec.get("Tags", [])]
    given = params.get("Tags") or params.get("tags") or {}
    if isinstance(given, Mapping):
        return {**given, **{one["Key"]: one["Value"] for one in listed}}
    return {one["Key"]: one.get("Value", "") for one in [*listed, *given]}
