"""The table against the code: no call without its action, no action without a call."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import botocore.session
from botocore import xform_name

from provision.policy.document import COMMANDS, needed
from provision.policy.needs import needs
from tests.shape.sources import inside, module_of, python, tree

SERVICES = {
    "ec2": "ec2",
    "iam": "iam",
    "awslambda": "lambda",
    "logs": "logs",
    "rds": "rds",
    "secretsmanager": "secretsmanager",
    "quotas": "service-quotas",
    "sts": "sts",
}
"""The clients' names, and botocore's."""
NAMED = {"lambda:Invoke": "lambda:InvokeFunction"}
PREFIXES = {"service-quotas": "servicequotas"}
IMPLIED = {
    "iam:PassRole": "a role given to a service",
    "iam:CreateServiceLinkedRole": "RDS's own role",
    "iam:TagRole": "tags in CreateRole, and repaired ones",
    "rds:CreateDBSnapshot": "the last one, of DeleteDBInstance",
    "route53:AssociateVPCWithHostedZone": "an endpoint's private DNS",
}
"""Actions that no operation of the same name stands for; with those that one does, too."""
OF_OTHERS = {"iam:PassRole", "lambda:InvokeFunction", "route53:AssociateVPCWithHostedZone"}
"""That no operation of the clients here is named after."""
LISTING = re.compile(r"describe_[a-z_]+")


def called() -> Iterator[tuple[str, str]]:
    """(client, operation in Python's spelling) of whatever the code has of clients: `x.ec2.create_vpc`, the same of a
    variable, `get_paginator("...")`, and listings that are handed on as text. The client is "" where it is not told."""
    for path in python("provision"):
        if inside(module_of(path), "provision.aws.local"):
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Attribute):
                yield _client(node.value), node.attr
            elif (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "get_paginator"
            ):
                if isinstance(node.args[0], ast.Constant):
                    yield _client(node.func.value), str(node.args[0].value)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and LISTING.fullmatch(node.value):
                yield ("rds" if "_db_" in node.value else "ec2"), node.value


def _client(node: ast.expr) -> str:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name if name in SERVICES else ""


def actions() -> set[str]:
    """The IAM actions of all calls."""
    session = botocore.session.get_session()
    spelt = {
        client: {xform_name(name): name for name in session.get_service_model(service).operation_names}
        for client, service in SERVICES.items()
    }
    found = set()
    for client, method in called():
        clients = [client] if client else [one for one in SERVICES if method in spelt[one] and "_" in method]
        if len(clients) == 1 and method in spelt[clients[0]]:
            service = SERVICES[clients[0]]
            action = f"{PREFIXES.get(service, service)}:{spelt[clients[0]][method]}"
            found.add(NAMED.get(action, action))
    return {action for action in found if not action.startswith("sts:")}


def test_no_call_is_without_its_action() -> None:
    assert len(actions()) > 100
    assert sorted(actions() - {need.action for need in needs()}) == []


def test_no_action_is_without_a_call() -> None:
    assert sorted({need.action for need in needs()} - actions() - IMPLIED.keys()) == []


def test_an_action_is_one_that_aws_has() -> None:
    session = botocore.session.get_session()
    known = {
        f"{PREFIXES.get(service, service)}:{operation}"
        for service in SERVICES.values()
        for operation in session.get_service_model(service).operation_names
    }
    assert sorted({need.action for need in needs()} - known - OF_OTHERS) == []


def test_what_only_looks_changes_nothing() -> None:
    for command in ("plan", "status", "outputs", "logs", "doctor"):
        verbs = {need.action.partition(":")[2] for need in needed(command)}
        changing = {verb for verb in verbs if not verb.startswith(("Describe", "List", "Get", "Filter", "Invoke"))}
        assert changing == set(), command


def test_what_repairs_may_do_what_up_may() -> None:
    """But for the questions that `up` asks before it begins."""
    less = {(need.action, need.scope) for need in needed("up")} - {
        (need.action, need.scope) for need in needed("doctor-fix")
    }
    assert {action for action, _ in less} == {
        "ec2:DescribeAccountAttributes",
        "rds:DescribeAccountAttributes",
        "rds:DescribeOrderableDBInstanceOptions",
        "servicequotas:GetServiceQuota",
    }


def test_every_command_has_its_rows() -> None:
    assert [command for command in COMMANDS if not needed(command)] == []
