"""The table: every action that provision's calls need, what it may be done to, and which commands need it.

An API operation has an action of the same name, but for `lambda:Invoke`; some operations need further ones (to tag, to
pass a role, to look at subnets in the caller's name), and sts:GetCallerIdentity needs none.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from provision.policy import scope
from provision.policy.scope import Scope, any_of, new, passed, tagged_at_birth, untagged


class Need(NamedTuple):
    """`commands` are the names of those that need `action` on `scope`."""

    action: str
    scope: Scope
    commands: frozenset[str]


def by(text: str) -> frozenset[str]:
    return frozenset(text.split())


UP, DOWN = by("up"), by("teardown")
PROXY_UP, PROXY_DOWN = by("up enable-proxy"), by("up disable-proxy teardown")
BOTH = UP | DOWN
SWITCH = by("up enable-proxy disable-proxy")
CALL = by("up enable-proxy disable-proxy invoke bench doctor")
SURVEY = by("up plan status teardown")
"""Commands that look at everything that the stack is made of."""
PROXIES = by("enable-proxy disable-proxy")
BASE = SURVEY | PROXIES
"""Commands that look at least at the core of the stack: VPC, subnets, groups, secret, database, function."""
OUTPUTS, DOCTOR = by("outputs"), by("doctor")
COMMANDS = (
    "up", "enable-proxy", "disable-proxy", "plan", "status", "outputs", "invoke", "logs", "doctor", "doctor-fix",
    "bench", "teardown",
)  # fmt: skip

PREFLIGHT = by(
    "ec2:DescribeAccountAttributes rds:DescribeAccountAttributes rds:DescribeOrderableDBInstanceOptions "
    "servicequotas:GetServiceQuota"
)
"""What only the questions beforehand ask."""

_EC2: tuple[tuple[str, Scope, frozenset[str]], ...] = (
    ("DescribeVpcs", scope.EVERYTHING, BASE | OUTPUTS),
    ("DescribeVpcAttribute", scope.EVERYTHING, SURVEY - DOWN | DOCTOR),
    ("DescribeSubnets DescribeSecurityGroups", scope.EVERYTHING, BASE | DOCTOR),
    ("DescribeSecurityGroupRules", scope.EVERYTHING, BASE),
    ("DescribeRouteTables DescribeInternetGateways", scope.EVERYTHING, SURVEY | DOCTOR),
    # What holds a group, a subnet or the VPC is looked for when AWS refuses to delete it.
    ("DescribeNetworkAcls", scope.EVERYTHING, SURVEY | DOCTOR),
    ("DescribeNatGateways DescribeVpcEndpoints", scope.EVERYTHING, SURVEY | by("disable-proxy") | DOCTOR),
    ("DescribeNetworkInterfaces", scope.EVERYTHING, PROXY_DOWN),
    (
        "DescribeVpcPeeringConnections DescribeVpnGateways DescribeEgressOnlyInternetGateways",
        scope.EVERYTHING,
        DOWN,
    ),
    ("DescribeAddresses DescribeFlowLogs", scope.EVERYTHING, SURVEY),
    ("DescribeAvailabilityZones DescribeAccountAttributes", scope.EVERYTHING, UP),
    ("CreateVpc CreateSubnet CreateRouteTable CreateInternetGateway AllocateAddress", scope.NEW_NETWORK, UP),
    ("CreateNatGateway CreateVpcEndpoint CreateFlowLogs", scope.NEW_NETWORK, UP),
    ("CreateSecurityGroup", new("security-group"), PROXY_UP),
    ("AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress", new("security-group-rule"), PROXY_UP),
    # AWS: what a thing is made in, or made of, is asked for too.
    ("CreateSubnet CreateRouteTable CreateFlowLogs", scope.OURS, UP),
    ("CreateSecurityGroup", scope.OURS, PROXY_UP),
    ("CreateNatGateway", scope.OURS, UP),
    ("CreateVpcEndpoint", scope.OURS, UP),
    ("AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress", scope.OURS, PROXY_UP),
    (
        "CreateTags",
        tagged_at_birth(
            "CreateVpc",
            "CreateSubnet",
            "CreateRouteTable",
            "CreateInternetGateway",
            "AllocateAddress",
            "CreateNatGateway",
            "CreateVpcEndpoint",
            "CreateFlowLogs",
            "CreateSecurityGroup",
            "AuthorizeSecurityGroupIngress",
            "AuthorizeSecurityGroupEgress",
        ),
        PROXY_UP,
    ),
    ("CreateTags", scope.OURS, PROXY_UP),
    # What AWS made along with the VPC gets our tags, and a rule of ours that lost them gets them back.
    ("CreateTags", untagged("security-group", "network-acl", "security-group-rule"), UP),
    ("CreateTags", untagged("security-group-rule"), by("enable-proxy")),
    ("AttachInternetGateway", scope.OURS, UP),
    ("DetachInternetGateway", scope.OURS, BOTH),
    ("AssociateRouteTable ReplaceRouteTableAssociation", scope.OURS, UP),
    ("DisassociateRouteTable", scope.OURS, BOTH),
    ("CreateRoute ReplaceRoute", scope.OURS, UP),
    ("DeleteRoute", scope.OURS, BOTH),
    ("ModifyVpcAttribute", scope.OURS, UP),
    ("ModifySubnetAttribute", scope.OURS, UP),
    ("ModifyVpcEndpoint", scope.OURS, UP),
    ("CreateNetworkAclEntry ReplaceNetworkAclEntry DeleteNetworkAclEntry", scope.OURS, UP),
    (
        "UpdateSecurityGroupRuleDescriptionsIngress UpdateSecurityGroupRuleDescriptionsEgress",
        scope.OURS,
        PROXY_UP,
    ),
    ("RevokeSecurityGroupIngress RevokeSecurityGroupEgress", scope.OURS, PROXY_DOWN | PROXY_UP),
    ("DeleteSecurityGroup", scope.OURS, PROXY_DOWN),
    ("DeleteSubnet", scope.OURS, BOTH),
    ("DeleteRouteTable", scope.OURS, BOTH),
    ("DeleteInternetGateway", scope.OURS, BOTH),
    ("DeleteNatGateway", scope.OURS, BOTH),
    ("ReleaseAddress", scope.OURS, BOTH),
    ("DeleteVpcEndpoints", scope.OURS, BOTH),
    ("DeleteFlowLogs", scope.OURS, BOTH),
    # Of two that two runs made at once, one is taken back.
    ("DeleteVpc", scope.OURS, BOTH),
    # Lambda's leftovers in our subnets; what is in use cannot be deleted anyway.
    ("DeleteNetworkInterface", any_of("network-interface"), BOTH),
)
_RDS: tuple[tuple[str, Scope, frozenset[str]], ...] = (
    ("DescribeDBInstances", scope.EVERYTHING, BASE | OUTPUTS | DOCTOR),
    ("DescribeDBSubnetGroups", scope.EVERYTHING, SURVEY),
    ("DescribeDBParameters", scope.EVERYTHING, SURVEY | DOCTOR),
    # With the state file lost, the account tells whether there is a proxy.
    ("DescribeDBProxies ListTagsForResource", scope.EVERYTHING, BASE | OUTPUTS | DOCTOR),
    ("DescribeDBProxyTargetGroups", scope.EVERYTHING, SURVEY - DOWN | by("enable-proxy") | DOCTOR),
    ("DescribeDBProxyTargets", scope.EVERYTHING, BASE | DOCTOR),
    ("DescribeEvents", scope.EVERYTHING, BASE | OUTPUTS),
    ("DescribeAccountAttributes DescribeDBEngineVersions DescribeOrderableDBInstanceOptions", scope.EVERYTHING, UP),
    ("DescribeDBParameterGroups", scope.EVERYTHING, SURVEY),
    ("DescribeDBSnapshots DescribeDBInstanceAutomatedBackups", scope.EVERYTHING, DOWN),
    ("CreateDBSubnetGroup ModifyDBSubnetGroup", scope.SUBNETS, UP),
    ("CreateDBParameterGroup ModifyDBParameterGroup", scope.PARAMETERS, UP),
    ("CreateDBInstance ModifyDBInstance", scope.INSTANCE, UP),
    # AWS: a stopped instance takes no change, and no last snapshot either.
    ("StartDBInstance", scope.DATABASE, BOTH),
    ("CreateDBProxy", scope.NEW_PROXY, PROXY_UP),
    ("ModifyDBProxy", scope.PROXY, PROXY_UP),
    ("ModifyDBProxyTargetGroup RegisterDBProxyTargets", scope.TARGETS, PROXY_UP),
    # Another database may have been put there by hand.
    ("DeregisterDBProxyTargets", scope.ANY_TARGETS, PROXY_UP | PROXY_DOWN),
    ("DeregisterDBProxyTargets", scope.PROXY, PROXY_UP | PROXY_DOWN),
    ("DeleteDBProxy", scope.PROXY, PROXY_DOWN),
    ("AddTagsToResource", scope.TAGGED, UP),
    ("AddTagsToResource", scope.NEW_PROXY_OR_OURS, PROXY_UP),
    ("DeleteDBInstance", scope.DATABASE, DOWN),
    # AWS: asked for along with DeleteDBInstance, for the last snapshot and the tags that are copied to it.
    ("CreateDBSnapshot", scope.DATABASE, DOWN),
    ("CreateDBSnapshot AddTagsToResource", scope.SNAPSHOT, DOWN),
    ("DeleteDBSubnetGroup", scope.SUBNETS, DOWN),
    ("DeleteDBParameterGroup", scope.PARAMETERS, BOTH),
)
_OTHERS: tuple[tuple[str, Scope, frozenset[str]], ...] = (
    # AWS: asked for along with CreateVpcEndpoint, for the name that leads to it.
    ("route53:AssociateVPCWithHostedZone", scope.ANYWHERE, UP),
    ("iam:GetRole", scope.ROLES, BASE | DOCTOR),
    ("iam:GetRolePolicy", scope.ROLES, by("up plan status enable-proxy") | DOCTOR),
    ("iam:GetPolicy iam:GetPolicyVersion", scope.MANAGED, DOCTOR),
    ("iam:CreateRole iam:PutRolePolicy iam:TagRole", scope.ROLES, UP),
    ("iam:CreateRole iam:PutRolePolicy iam:TagRole", scope.PROXY_ROLE, by("enable-proxy")),
    ("iam:UpdateAssumeRolePolicy iam:UpdateRoleDescription", scope.ROLES, UP),
    ("iam:UpdateAssumeRolePolicy iam:UpdateRoleDescription", scope.PROXY_ROLE, by("enable-proxy")),
    # Of a role that is there; AWS: CreateRole with a boundary is a matter of iam:CreateRole alone.
    ("iam:PutRolePermissionsBoundary", scope.ROLES, UP),
    ("iam:PutRolePermissionsBoundary", scope.PROXY_ROLE, by("enable-proxy")),
    ("iam:DeleteRole", scope.ROLES, BOTH),
    ("iam:DeleteRole", scope.PROXY_ROLE, by("disable-proxy")),
    ("iam:DeleteRolePolicy iam:DetachRolePolicy", scope.ROLES, BOTH),
    ("iam:DeleteRolePolicy", scope.PROXY_ROLE, PROXIES),
    ("iam:DetachRolePolicy", scope.PROXY_ROLE, by("disable-proxy")),
    ("iam:ListRolePolicies", scope.ROLES, BASE | DOCTOR),
    ("iam:ListAttachedRolePolicies", scope.ROLES, PROXY_DOWN | DOCTOR),
    ("iam:ListInstanceProfilesForRole", scope.ROLES, PROXY_DOWN),
    ("iam:ListRoles", scope.ANYWHERE, DOWN),
    ("iam:PassRole", passed("lambda.amazonaws.com", "function", "rotation"), UP),
    ("iam:PassRole", passed("vpc-flow-logs.amazonaws.com", "flow"), UP),
    ("iam:PassRole", passed("monitoring.rds.amazonaws.com", "monitoring"), UP),
    ("iam:PassRole", passed("rds.amazonaws.com", "proxy"), PROXY_UP),
    # AWS: RDS makes its role once for an account, with the first database or proxy.
    ("iam:CreateServiceLinkedRole", scope.LINKED_ROLE, PROXY_UP),
    # AWS: GetFunction leaves the tags out for whoever may not list them, and then nothing shows that it is ours.
    ("lambda:GetFunction lambda:ListTags", scope.FUNCTION, PROXIES | OUTPUTS | DOCTOR | by("invoke bench")),
    ("lambda:GetFunction lambda:ListTags", scope.BOTH_FUNCTIONS, SURVEY),
    ("lambda:GetPolicy", scope.ROTATION, SURVEY - DOWN),
    ("lambda:InvokeFunction", scope.FUNCTION, CALL - UP),
    # AWS: that of the rotation function is asked for along with RotateSecret.
    ("lambda:InvokeFunction", scope.BOTH_FUNCTIONS, UP),
    ("lambda:UpdateFunctionConfiguration", scope.FUNCTION, PROXIES),
    ("lambda:UpdateFunctionConfiguration", scope.BOTH_FUNCTIONS, BOTH),
    ("lambda:CreateFunction lambda:TagResource lambda:UpdateFunctionCode", scope.BOTH_FUNCTIONS, UP),
    ("lambda:AddPermission lambda:RemovePermission", scope.ROTATION, UP),
    ("lambda:DeleteFunction", scope.BOTH_FUNCTIONS, BOTH),
    # The last look asks whose everything is whose name begins like ours, a function's interfaces who else uses them.
    ("lambda:ListFunctions", scope.EVERYTHING, BOTH),
    ("lambda:ListTags", scope.FUNCTIONS_LIKE_OURS, DOWN),
    ("logs:ListTagsForResource", scope.GROUPS_LIKE_OURS, DOWN),
    ("lambda:DeleteFunctionConcurrency", scope.FUNCTION, by("doctor-fix")),
    ("secretsmanager:DescribeSecret", scope.SECRET, BASE | OUTPUTS | DOCTOR),
    ("secretsmanager:GetResourcePolicy", scope.SECRET, BASE - DOWN | OUTPUTS | DOCTOR),
    ("secretsmanager:GetSecretValue", scope.SECRET, by("up plan status doctor")),
    ("secretsmanager:CreateSecret secretsmanager:TagResource", scope.SECRET, UP),
    ("secretsmanager:PutResourcePolicy secretsmanager:PutSecretValue", scope.SECRET, UP),
    ("secretsmanager:RestoreSecret secretsmanager:UpdateSecret", scope.SECRET, UP),
    ("secretsmanager:RotateSecret", scope.SECRET, UP),
    ("secretsmanager:CancelRotateSecret", scope.SECRET, BOTH),
    ("secretsmanager:GetRandomPassword", scope.EVERYTHING, UP),
    ("secretsmanager:DeleteSecret", scope.SECRET, DOWN),
    ("secretsmanager:ListSecrets", scope.EVERYTHING, DOWN),
    ("logs:DescribeLogGroups", scope.EVERYTHING, SURVEY | OUTPUTS | by("logs")),
    ("logs:ListTagsForResource", scope.GROUPS, SURVEY | OUTPUTS | by("logs")),
    ("logs:CreateLogGroup logs:PutRetentionPolicy logs:TagResource", scope.GROUPS, UP),
    ("logs:DeleteLogGroup", scope.GROUPS, BOTH),
    ("logs:FilterLogEvents", scope.GROUPS, by("logs")),
    ("servicequotas:GetServiceQuota", scope.QUOTA, UP),
)


def needs() -> Iterator[Need]:
    """The whole table, one action a row."""
    for prefix, rows in (("ec2:", _EC2), ("rds:", _RDS), ("", _OTHERS)):
        for actions, on, commands in rows:
            for action in actions.split():
                # `doctor --fix` looks as `doctor` does, and repairs as `up` does, without its questions beforehand.
                fixes = commands & by("up doctor") and prefix + action not in PREFLIGHT
                also = by("doctor-fix") if fixes else frozenset()
                yield Need(prefix + action, on, commands | also)
